"""What becomes of a job whose task fails or whose worker is killed: retries, dead letters, lost leases."""

from __future__ import annotations

import json

import pytest

from heavylift.errors import InvalidInput, OverLimit, Throttled
from heavylift.jobs.states import Status
from heavylift.ports.queue import Done, Retry
from heavylift.worker.outcome import JobOutcome
from tests.support.world import WORKER_SECONDS, CopyTask, Killed, World


def test_bad_input_fails_at_once_and_is_no_dead_letter() -> None:
    def refuse(number: int) -> None:
        raise InvalidInput("page 3 is torn")

    world = World(CopyTask(before=refuse))
    job = world.submit()
    assert world.work() == [Done(JobOutcome.FAILED)]
    after = world.job(job)
    assert after.status == Status.FAILED
    assert after.error is not None
    assert (after.error["type"], after.error["detail"]) == ("/problems/invalid-input", "page 3 is torn")
    assert "dead_pk" not in world.table.items[job.key]


def test_another_failure_is_retried_with_growing_pauses_then_dead_lettered() -> None:
    def fail(number: int) -> None:
        raise OverLimit("too much memory")

    world = World(CopyTask(before=fail))
    job = world.submit()
    dispositions = world.work()
    assert [each.outcome for each in dispositions] == [
        JobOutcome.RETRYING,
        JobOutcome.RETRYING,
        JobOutcome.DEAD,
    ]
    pauses = [each.seconds for each in dispositions if isinstance(each, Retry)]
    assert pauses == sorted(pauses)
    after = world.job(job)
    assert after.status == Status.FAILED
    assert [each["attempt"] for each in after.attempts] == [1, 2, 3]
    assert {each["error"]["detail"] for each in after.attempts} == {"too much memory"}
    assert world.table.items[job.key]["dead_pk"] == "DEAD#me"


def test_a_failure_that_passes_ends_in_done() -> None:
    def fail_twice(number: int) -> None:
        if len(world.task.runs) < 3:
            raise RuntimeError("secret path /etc/passwd")

    world = World(CopyTask(before=fail_twice))
    job = world.submit()
    world.work()
    after = world.job(job)
    assert (after.status, after.attempt) == (Status.DONE, 3)
    assert "secret" not in json.dumps(after.attempts)
    assert "RuntimeError" in after.attempts[0]["error"]["detail"]


def test_a_throttle_does_not_count_as_an_attempt() -> None:
    def throttle_five_times(number: int) -> None:
        if len(world.task.runs) <= 5:
            raise Throttled

    world = World(CopyTask(before=throttle_five_times))
    job = world.submit()
    world.work()
    after = world.job(job)
    assert (after.status, after.attempt, after.attempts) == (Status.DONE, 1, [])


def test_a_killed_worker_delays_the_job_and_doubles_nothing() -> None:
    def die_once(number: int) -> None:
        if len(world.task.runs) == 1:
            raise Killed

    world = World(CopyTask(before=die_once))
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

    world = World(CopyTask(before=die_once))
    world.submit()
    begun = world.clock.now()
    with pytest.raises(Killed):
        world.work_once()
    world.work()
    assert world.clock.now() - begun < WORKER_SECONDS + 10


def test_a_job_whose_workers_always_die_fails_as_lost() -> None:
    def die(number: int) -> None:
        raise Killed

    world = World(CopyTask(before=die))
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


def test_a_worker_that_outlives_its_lease_changes_nothing() -> None:
    def outlive_the_lease(number: int) -> None:
        if len(world.task.runs) == 1:
            world.clock.sleep(WORKER_SECONDS * 10)
            assert world.work_once() == Done(JobOutcome.DONE)

    world = World(CopyTask(before=outlive_the_lease))
    job = world.submit()
    first = world.work_once()
    assert first == Done(JobOutcome.LEASE_LOST)
    after = world.job(job)
    assert (after.status, after.attempt, after.fence) == (Status.DONE, 2, 2)
