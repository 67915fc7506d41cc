"""run_job: what a worker does with a message, and what it must never do."""

from __future__ import annotations

import json

import pytest

from heavylift.errors import InvalidInput, OverLimit, Throttled
from heavylift.job_store.parts import parts_of
from heavylift.jobs.job import Status, job_key, part_key
from heavylift.ports.queue import Disposition, Done, Message, OrphanMessage, Retry
from heavylift.ports.table import Change, Item, Key
from heavylift.service.control import cancel, retry
from heavylift.tasks.task import JobContext, Result
from heavylift.worker.runner import Outcome
from tests.support.world import COPY, QUEUE, WORKER_SECONDS, Copy, Killed, World


def test_a_job_is_done_and_lists_what_it_made() -> None:
    world = World()
    job = world.submit()
    assert world.job(job).status == Status.PROCESSING
    assert world.work() == [Done(Outcome.DONE)]
    after = world.job(job)
    assert after.status == Status.DONE
    assert after.result == {"copied": [1]}
    assert (after.done, after.total, after.attempt) == (1, 1, 1)
    assert after.outputs is not None
    manifest = json.loads(world.objects.read(after.outputs["manifest"]))
    assert manifest == [{"name": "copy-1.txt", "media_type": "text/plain", "bytes": 10}]
    assert world.outputs(job) == ["copy-1.txt"]


def test_an_ended_job_leaves_the_open_index() -> None:
    world = World()
    job = world.submit()
    assert "open_pk" in world.table.items[job.key]
    world.work()
    assert "open_pk" not in world.table.items[job.key]


def test_a_message_that_comes_twice_does_its_work_once() -> None:
    world = World()
    job = world.submit()
    world.queue.send(QUEUE, Message(job.id))
    assert world.work() == [Done(Outcome.DONE), Done(Outcome.DUPLICATE)]
    assert world.task.runs == [1]


def test_a_message_for_a_leased_job_waits_until_the_lease_ends() -> None:
    seen: list[Disposition | None] = []

    def deliver_again(number: int) -> None:
        world.queue.send(QUEUE, Message(job.id))
        seen.append(world.work_once())

    world = World(Copy(before=deliver_again))
    job = world.submit()
    world.work()
    assert world.task.runs == [1]
    [verdict] = seen
    assert isinstance(verdict, Retry)
    assert verdict.outcome == Outcome.BUSY
    assert WORKER_SECONDS < verdict.seconds < WORKER_SECONDS + 10


def test_bad_input_fails_at_once_and_is_no_dead_letter() -> None:
    def refuse(number: int) -> None:
        raise InvalidInput("page 3 is torn")

    world = World(Copy(before=refuse))
    job = world.submit()
    assert world.work() == [Done(Outcome.FAILED)]
    after = world.job(job)
    assert after.status == Status.FAILED
    assert after.error is not None
    assert (after.error["type"], after.error["detail"]) == ("/problems/invalid-input", "page 3 is torn")
    assert "dead_pk" not in world.table.items[job.key]


def test_another_failure_is_tried_again_with_growing_pauses_then_dead_lettered() -> None:
    def fail(number: int) -> None:
        raise OverLimit("too much memory")

    world = World(Copy(before=fail))
    job = world.submit()
    verdicts = world.work()
    assert [verdict.outcome for verdict in verdicts] == [Outcome.RETRYING, Outcome.RETRYING, Outcome.DEAD]
    pauses = [verdict.seconds for verdict in verdicts if isinstance(verdict, Retry)]
    assert pauses == sorted(pauses)
    after = world.job(job)
    assert after.status == Status.FAILED
    assert [each["attempt"] for each in after.attempts] == [1, 2, 3]
    assert {each["error"]["detail"] for each in after.attempts} == {"too much memory"}
    assert world.table.items[job.key]["dead_pk"] == "DEAD#me"


def test_a_failure_that_passes_ends_done() -> None:
    def fail_twice(number: int) -> None:
        if len(world.task.runs) < 3:
            raise RuntimeError("secret path /etc/passwd")

    world = World(Copy(before=fail_twice))
    job = world.submit()
    world.work()
    after = world.job(job)
    assert (after.status, after.attempt) == (Status.DONE, 3)
    assert "secret" not in json.dumps(after.attempts)
    assert "RuntimeError" in after.attempts[0]["error"]["detail"]


def test_a_throttle_is_no_attempt() -> None:
    def throttle_five_times(number: int) -> None:
        if len(world.task.runs) <= 5:
            raise Throttled

    world = World(Copy(before=throttle_five_times))
    job = world.submit()
    world.work()
    after = world.job(job)
    assert (after.status, after.attempt, after.attempts) == (Status.DONE, 1, [])


def test_a_killed_worker_delays_the_job_and_doubles_nothing() -> None:
    def die_once(number: int) -> None:
        if len(world.task.runs) == 1:
            raise Killed

    world = World(Copy(before=die_once))
    job = world.submit()
    with pytest.raises(Killed):
        world.work_once()
    assert world.job(job).phase == "running"
    world.work()
    after = world.job(job)
    assert (after.status, after.attempt) == (Status.DONE, 2)
    assert world.outputs(job) == ["copy-1.txt"]


def test_a_message_comes_back_as_soon_as_a_dead_workers_lease_ends() -> None:
    def die_once(number: int) -> None:
        if len(world.task.runs) == 1:
            raise Killed

    world = World(Copy(before=die_once))
    world.submit()
    begun = world.clock.now()
    with pytest.raises(Killed):
        world.work_once()
    world.work()
    assert world.clock.now() - begun < WORKER_SECONDS + 10


def test_a_job_whose_workers_always_die_fails_as_lost() -> None:
    def die(number: int) -> None:
        raise Killed

    world = World(Copy(before=die))
    job = world.submit()
    for _ in range(3):
        with pytest.raises(Killed):
            world.work()
    world.work()
    after = world.job(job)
    assert after.status == Status.FAILED
    assert after.error is not None
    assert after.error["type"] == "/problems/worker-lost"
    assert [each["error"]["type"] for each in after.attempts] == ["/problems/worker-lost"] * 3
    last = after.attempts[-1]
    assert last["ended_at"] - last["started_at"] > WORKER_SECONDS


def test_a_worker_that_comes_back_from_the_dead_changes_nothing() -> None:
    def outlive_the_lease(number: int) -> None:
        if len(world.task.runs) == 1:
            world.clock.sleep(WORKER_SECONDS * 10)
            assert world.work_once() == Done(Outcome.DONE)

    world = World(Copy(before=outlive_the_lease))
    job = world.submit()
    first = world.work_once()
    assert first == Done(Outcome.LEASE_LOST)
    after = world.job(job)
    assert (after.status, after.attempt, after.fence) == (Status.DONE, 2, 2)


def test_canceled_work_stops_and_stays_canceled() -> None:
    def cancel(number: int) -> None:
        world.clock.sleep(1)
        world.table.update(Change(job.key, set={"status": "CANCELED", "phase": "finished"}))

    world = World(Copy(before=cancel))
    job = world.submit()
    assert world.work() == [Done(Outcome.CANCELED)]
    assert world.job(job).status == Status.CANCELED


def test_a_job_past_its_deadline_is_not_begun() -> None:
    world = World()
    job = world.submit()
    world.clock.sleep(4000)
    assert world.work() == [Done(Outcome.EXPIRED)]
    after = world.job(job)
    assert after.status == Status.FAILED
    assert after.error is not None
    assert after.error["type"] == "/problems/deadline-exceeded"
    assert world.task.runs == []


def test_a_job_that_is_retried_under_a_planners_eyes_keeps_its_new_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The planner has read the job, and then the client cancels it and tries it again."""
    world = World()
    job = world.submit(parts=2)
    read = world.table.get

    def read_and_retried(key: Key) -> Item | None:
        item = read(key)
        monkeypatch.setattr(world.table, "get", read)
        world.clock.sleep(1000)
        retry(world.system, cancel(world.system, world.job(job)))
        return item

    monkeypatch.setattr(world.table, "get", read_and_retried)
    world.work_once()
    assert {part.deadline for part in parts_of(world.system, world.job(job))} == {world.job(job).deadline}

    world.clock.sleep(COPY.deadline_s - 500)  # past the first deadline, before the new one
    world.work()
    assert world.job(job).status == "DONE"


def test_a_message_without_a_job_is_told_apart() -> None:
    world = World()
    with pytest.raises(OrphanMessage):
        world.runner().run(Message("0197b4e2-7d1c-7c3e-9a51-3f6f0c2d8e11"), "receipt", world.invocation())


def test_parts_are_worked_on_one_by_one_and_joined_once_in_their_order() -> None:
    world = World()
    job = world.submit(parts=12)
    verdicts = world.work()
    assert verdicts[0] == Done(Outcome.SPLIT)
    assert verdicts[-1] == Done(Outcome.DONE)
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


def test_a_killed_part_is_the_only_one_that_runs_again() -> None:
    def die_once(number: int) -> None:
        if number == 2 and world.task.runs.count(2) == 1:
            raise Killed

    world = World(Copy(before=die_once))
    job = world.submit(parts=3)
    with pytest.raises(Killed):
        world.work()
    world.work()
    assert world.job(job).status == Status.DONE
    assert sorted(world.task.runs) == [1, 2, 2, 3]


def test_a_part_that_keeps_failing_fails_the_job_with_its_attempts() -> None:
    def fail(number: int) -> None:
        if number == 2:
            raise OverLimit("part two is poison")

    world = World(Copy(before=fail))
    job = world.submit(parts=3)
    world.work()
    after = world.job(job)
    assert after.status == Status.FAILED
    assert [each["attempt"] for each in after.attempts] == [1, 2, 3]
    assert world.table.items[job.key]["dead_pk"] == "DEAD#me"


def test_a_worker_that_dies_between_the_last_part_and_the_join_leaves_it_to_the_next_message() -> None:
    world = World()
    job = world.submit(parts=2)
    world.work_once()
    delivery = world.queue.queues[QUEUE][0]
    world.queue.send(QUEUE, Message.decode(delivery.body))
    world.work_once()
    # The last part is done and counted, but nobody joined.
    last = part_key(job.id, Message.decode(world.queue.queues[QUEUE][0].body).part or "")
    world.table.update(Change(last, set={"status": "DONE", "phase": "finished", "result": {"copied": 2}}))
    world.table.update(Change(job_key(job.id), add={"parts_open": -1}))
    world.work()
    assert world.job(job).status == Status.DONE


class Joined(Copy):
    """Its join reads what its parts made."""

    def join(self, work: JobContext, results: list[Result]) -> Result:
        names = [f"copy-{result['copied']}.txt" for result in results]
        return {"read": [work.fetch(name).read_text() for name in names]}


@pytest.mark.parametrize("parts", [1, 3])
def test_a_join_reads_the_outputs_of_its_parts(parts: int) -> None:
    world = World(Joined())
    job = world.submit(parts=parts)
    world.work()
    assert world.job(job).result == {"read": ["text:hello"] * parts}
