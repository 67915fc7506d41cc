"""A long line: what 1,000 jobs cost while they wait for 10 workers."""

from __future__ import annotations

from collections import Counter
from typing import Any

from heavylift.jobs import transitions
from heavylift.jobs.job import Job, job_key
from heavylift.jobs.states import Status
from heavylift.ports.queue import Message
from heavylift.ports.table import Change, ConditionFailed
from heavylift.recovery.janitor import Janitor
from tests.support.world import QUEUE, World

JOBS, WORKERS, RUN_S, SWEEP_S = 1000, 10, 30, 60
MAX_EXTRA_MESSAGES = 0.1
MAX_CHECK_WRITES = 8


def run_line(world: World) -> Counter[str]:
    """Let ten workers run the queue, with a sweep each minute. Return the counts."""
    counts: Counter[str] = Counter()
    update = world.table.update

    def counted(change: Change) -> Any:
        counts["writes"] += 1
        return update(change)

    for second in range(0, 3540, RUN_S):
        held = []
        for _ in range(WORKERS):
            delivery = world.queue.receive(QUEUE)
            if delivery is None:
                break
            counts["received"] += 1
            held.append((delivery, claim_job(world, Message.decode(delivery.body))))
        world.clock.sleep(RUN_S)
        if second % SWEEP_S == 0:
            world.table.update = counted  # type: ignore[method-assign]
            counts += Janitor(world.system, world.clock.now() + SWEEP_S).run()
            world.table.update = update  # type: ignore[method-assign]
        for delivery, job in held:
            if job is not None:
                finish_job(world, job)
            world.queue.delete(QUEUE, delivery.receipt)
    return counts


def claim_job(world: World, message: Message) -> Job | None:
    item = world.table.get(job_key(message.job_id))
    assert item is not None
    job = Job.of(item)
    if job.ended:
        return None
    try:
        return world.claim(job)
    except ConditionFailed:
        return None


def finish_job(world: World, job: Job) -> None:
    outputs = {"manifest": "m", "count": 0, "bytes": 0}
    now = world.clock.now()
    world.table.update(transitions.finish(job, result={}, outputs=outputs, done=1, now=now, billed_ms=1))


def submit_burst(world: World) -> list[Job]:
    jobs = []
    for _ in range(JOBS):
        jobs.append(world.submit())
        world.clock.sleep(0.01)
    return jobs


def test_a_long_line_sends_hardly_any_message_again() -> None:
    world = World()
    jobs = submit_burst(world)
    counts = run_line(world)
    assert all(world.job(job).status == Status.DONE for job in jobs)
    assert counts["JobsRescued"] <= MAX_EXTRA_MESSAGES * JOBS
    assert counts["received"] <= (1 + MAX_EXTRA_MESSAGES) * JOBS
    assert counts["writes"] <= MAX_CHECK_WRITES * JOBS, counts


def test_messages_that_a_long_line_lost_are_sent_again() -> None:
    world = World()
    jobs = submit_burst(world)
    messages = world.queue.queues[QUEUE]
    world.queue.queues[QUEUE] = [each for number, each in enumerate(messages) if number % 50]
    counts = run_line(world)
    assert all(world.job(job).status == Status.DONE for job in jobs)
    assert JOBS / 50 <= counts["JobsRescued"] <= JOBS / 50 + MAX_EXTRA_MESSAGES * JOBS
