"""What a worker does with the messages of a job's parts, and with their join."""

from __future__ import annotations

from typing import Any

import pytest

from heavylift.errors import OverLimit
from heavylift.jobs.job import job_key, part_key
from heavylift.jobs.states import Status
from heavylift.ports.queue import Done, Message
from heavylift.ports.table import Change
from heavylift.recovery.janitor import Janitor
from heavylift.tasks.task import JobContext, Result
from heavylift.worker.outcome import JobOutcome
from tests.support.world import QUEUE, CopyTask, Killed, World


def test_parts_run_one_by_one_and_are_joined_once_in_order() -> None:
    world = World()
    job = world.submit(parts=12)
    dispositions = world.work()
    assert dispositions[0] == Done(JobOutcome.SPLIT)
    assert dispositions[-1] == Done(JobOutcome.DONE)
    counted = sum(each.counts.get(JobOutcome.PART_DONE, 0) for each in dispositions)
    assert counted + dispositions.count(Done(JobOutcome.PART_DONE)) == 12  # the joined one, too
    after = world.job(job)
    assert after.status == Status.DONE
    assert after.result == {"copied": list(range(1, 13))}
    assert (after.done, after.total, after.parts_open) == (12, 12, 0)
    assert after.outputs is not None
    assert after.outputs["count"] == 12
    assert sorted(world.task.runs) == list(range(1, 13))


def test_a_part_that_comes_twice_is_counted_once() -> None:
    world = World()
    job = world.submit(parts=3)
    world.work_once()
    for message in list(world.queue.queues[QUEUE]):
        world.queue.send(QUEUE, Message.decode(message.body))
    world.work()
    after = world.job(job)
    assert (after.status, after.done, after.parts_open) == (Status.DONE, 3, 0)
    assert sorted(world.task.runs) == [1, 2, 3]


def test_only_the_killed_part_runs_again() -> None:
    def die_once(number: int) -> None:
        if number == 2 and world.task.runs.count(2) == 1:
            raise Killed

    world = World(CopyTask(before=die_once))
    job = world.submit(parts=3)
    with pytest.raises(Killed):
        world.work()
    world.work()
    assert world.job(job).status == Status.DONE
    assert sorted(world.task.runs) == [1, 2, 2, 3]


def test_a_part_that_keeps_failing_fails_the_job_with_every_attempt() -> None:
    def fail(number: int) -> None:
        if number == 2:
            raise OverLimit("part two is poison")

    world = World(CopyTask(before=fail))
    job = world.submit(parts=3)
    world.work()
    after = world.job(job)
    assert after.status == Status.FAILED
    assert [each["attempt"] for each in after.attempts] == [1, 2, 3]
    assert world.table.items[job.key]["dead_pk"] == "DEAD#me"


def test_a_join_that_a_killed_worker_missed_is_done_with_the_next_message() -> None:
    world = World()
    job = world.submit(parts=2)
    world.work_once()
    delivery = world.queue.queues[QUEUE][0]
    world.queue.send(QUEUE, Message.decode(delivery.body))
    world.work_once()
    # The last part is done and counted, but no worker has joined the parts.
    last = part_key(job.id, Message.decode(world.queue.queues[QUEUE][0].body).part or "")
    world.table.update(Change(last, set={"status": "DONE", "phase": "finished", "result": {"copied": 2}}))
    world.table.update(Change(job_key(job.id), add={"parts_open": -1}))
    world.work()
    assert world.job(job).status == Status.DONE


class JoinReadsOutputs(CopyTask):
    """Joins by reading the outputs of its parts."""

    def join(self, work: JobContext[Any], results: list[Result]) -> Result:
        names = [f"copy-{result['copied']}.txt" for result in results]
        return {"read": [work.fetch(name).read_text() for name in names]}


@pytest.mark.parametrize("parts", [1, 3])
def test_a_join_reads_the_outputs_of_its_parts(parts: int) -> None:
    world = World(JoinReadsOutputs())
    job = world.submit(parts=parts)
    world.work()
    assert world.job(job).result == {"read": ["text:hello"] * parts}


def test_a_split_whose_answer_was_lost_stands_and_counts_no_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    job = world.submit(parts=2)
    update = world.table.update

    def lose_the_answer(change: Change) -> Any:
        after = update(change)
        if "parts_total" in change.set:
            monkeypatch.undo()
            raise ConnectionError
        return after

    monkeypatch.setattr(world.table, "update", lose_the_answer)
    world.work_once()
    split = world.job(job)
    assert (split.parts_open, split.attempt, split.attempts) == (2, 0, [])
    world.work()
    assert world.job(job).status == Status.PROCESSING
    world.clock.sleep(60)
    Janitor(world.system, world.clock.now() + 60).run()
    world.clock.sleep(60)
    Janitor(world.system, world.clock.now() + 60).run()
    world.work()
    after = world.job(job)
    assert (after.status, after.attempts, after.done) == (Status.DONE, [], 2)
