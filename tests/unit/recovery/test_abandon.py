"""A job is ended without its fence only as it was read, and only if no worker holds it."""

from __future__ import annotations

from heavylift.errors import WorkerCannotStart, WorkerLost
from heavylift.job_store.abandon import abandon_job
from heavylift.jobs.states import Status
from tests.support.world import WORKER_SECONDS, World


def test_a_job_that_another_worker_has_claimed_since_is_not_ended() -> None:
    world = World()
    read = world.submit()
    world.claim(read)
    world.clock.sleep(WORKER_SECONDS)
    assert not abandon_job(world.system, read, WorkerLost())
    assert world.job(read).status == Status.PROCESSING


def test_a_job_that_a_worker_holds_is_not_ended() -> None:
    world = World()
    held = world.claim(world.submit())
    assert not abandon_job(world.system, held, WorkerCannotStart())
    assert world.job(held).status == Status.PROCESSING
    world.clock.sleep(WORKER_SECONDS)
    assert abandon_job(world.system, held, WorkerCannotStart())
