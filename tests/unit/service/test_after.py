"""Jobs that wait for others: freed once, failed once, and never for ever."""

from __future__ import annotations

import pytest

from heavylift.errors import InvalidInput
from heavylift.jobs.later import NEAR_S, WAIT_MARGIN_S
from heavylift.jobs.states import Phase, Status
from heavylift.recovery.sweep import sweep_all
from heavylift.service.control import cancel, retry
from heavylift.service.delete import delete_job
from tests.support.world import COPY, QUEUE, CopyTask, World
from tests.unit.service.after_case import pass_on, submit_after, type_of_error


def fail(number: int) -> None:
    raise InvalidInput("no")


def test_a_chain_of_jobs_runs_one_after_the_other() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first)
    third = submit_after(world, first, second)
    assert [each.phase for each in (first, second, third)] == [Phase.QUEUED, Phase.WAITING, Phase.WAITING]
    world.work()
    assert (world.job(first).status, world.job(second).phase) == (Status.DONE, Phase.WAITING)
    pass_on(world, first)
    assert (world.job(second).phase, world.job(third).awaits) == (Phase.QUEUED, [second.id])
    pass_on(world, first)  # a record comes again
    assert len(world.queue.queues[QUEUE]) == 1
    world.work()
    pass_on(world, second)
    world.work()
    assert world.job(third).status == Status.DONE


def test_the_deadline_counts_from_the_end_of_the_wait_which_has_a_bound_of_its_own() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first)
    assert second.waits_until == first.deadline + WAIT_MARGIN_S
    assert second.deadline == second.waits_until + COPY.deadline_s
    world.clock.sleep(100)
    world.work()
    freed_at = world.clock.now()
    pass_on(world, first)
    after = world.job(second)
    assert (after.freed_at, after.deadline) == (freed_at, freed_at + COPY.deadline_s)
    assert after.expires_at == int(after.deadline + 24 * 3600)


def test_the_janitor_is_behind_a_stream_that_loses_a_record() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first)
    world.work()
    world.clock.sleep(60)
    assert sweep_all(world.system, world.queue, world.clock.now() + 60)["WaitsEnded"] == 1
    assert world.job(second).phase == Phase.QUEUED


def test_a_wait_lasts_longer_with_what_it_waits_for_but_not_for_ever() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first)
    while world.clock.now() < second.created_at + NEAR_S:
        cancel(world.system, world.job(first))
        retry(world.system, world.job(first))  # its end was never passed on, and now it is open again
        world.clock.sleep(3000)
        sweep_all(world.system, world.queue, world.clock.now() + 60)
        later = world.job(second)
        assert later.ended or later.deadline > world.clock.now() + COPY.deadline_s
    assert (later.status, type_of_error(later)) == (Status.FAILED, "/problems/deadline-exceeded")
    assert (later.ended_at or 0) - later.created_at < NEAR_S + 3000 + 1


@pytest.mark.parametrize("end", ["fail", "cancel"])
def test_a_job_fails_with_what_it_waits_for_and_the_failure_goes_down_the_chain(end: str) -> None:
    world = World(CopyTask(before=fail))
    first, other = world.submit(), world.submit()
    second = submit_after(world, first, other)
    third = submit_after(world, second)
    if end == "cancel":
        cancel(world.system, first)
    else:
        world.work_once()
    pass_on(world, first, second)
    assert {type_of_error(world.job(each)) for each in (second, third)} == {"/problems/upstream-failed"}
    assert first.id in (world.job(second).error or {})["detail"]
    assert world.job(second).dead_pk is None


def test_with_after_any_it_runs_all_the_same() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first, any_end=True)
    cancel(world.system, first)
    pass_on(world, first)
    world.work()
    assert world.job(second).status == Status.DONE
    assert submit_after(world, first, any_end=True).phase == Phase.QUEUED


def test_a_job_that_only_waits_for_a_job_that_is_deleted_runs() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first)
    world.work()
    delete_job(world.system, "me", first.id)
    pass_on(world, first)
    assert world.job(second).phase == Phase.QUEUED
