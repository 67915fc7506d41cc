"""Jobs that waited for others and are retried: they wait again, or run."""

from __future__ import annotations

import pytest

from heavylift.errors import Conflict
from heavylift.job_store.waiting import settle_dependents
from heavylift.jobs.states import Phase, Status
from heavylift.service.control import cancel, retry
from heavylift.service.dependents import find_failed_dependents
from tests.support.world import World
from tests.unit.service.after_case import pass_on, submit_after


def test_a_retry_of_what_failed_names_what_failed_with_it_and_that_waits_again() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first)
    cancel(world.system, first)
    pass_on(world, first)
    with pytest.raises(Conflict, match=first.id):
        retry(world.system, world.job(second))
    again = retry(world.system, world.job(first))
    assert find_failed_dependents(world.system, again) == [second.id]
    assert retry(world.system, world.job(second)).phase == Phase.WAITING
    assert find_failed_dependents(world.system, again) == []
    settle_dependents(world.system, first.id)  # a record of the end before
    assert world.job(second).phase == Phase.WAITING
    world.work()
    pass_on(world, first)
    world.work()
    assert world.job(second).status == Status.DONE


def test_a_canceled_job_that_waits_no_more_runs_when_it_is_retried() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first)
    cancel(world.system, second)
    world.work()
    pass_on(world, first)
    assert world.job(second).status == Status.CANCELED
    assert retry(world.system, world.job(second)).phase == Phase.QUEUED
