"""An upload is deleted while a job still needs it: the job fails for that, and waits for nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heavylift.adapters.memory.scheduler import MemoryScheduler
from heavylift.job_store.load import load_job
from heavylift.job_store.waiting import settle_dependents
from heavylift.jobs.ids import new_id
from heavylift.jobs.job import Job
from heavylift.jobs.later import DAY_S
from heavylift.jobs.object_keys import upload_key
from heavylift.recovery.sweep import sweep_all
from heavylift.service.control import retry
from heavylift.service.fire import Fired, fire
from heavylift.service.inputs import Upload
from heavylift.service.schedules import NewSchedule, create_schedule
from heavylift.service.start import When
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.service.uploads import delete_upload
from tests.support.world import COPY, TEXT, World

MINUTE_S = 60.0


class UploadWorld(World):
    """A world with an upload of the tenant."""

    def __init__(self) -> None:
        super().__init__()
        self.upload = Upload(new_id(self.clock.now()))
        self.objects.put(upload_key("me", self.upload.upload_id), TEXT + b"hello", "text/plain")

    def submit_with(self, when: When, **params: int) -> Job:
        return submit(self.system, Submission("me", COPY.name, params, self.upload, when=when))

    def delete_upload(self) -> None:
        delete_upload(self.system, "me", self.upload.upload_id)

    def pass_seconds(self, seconds: float) -> None:
        until = self.clock.now() + seconds
        while self.clock.now() < until:
            sweep_all(self.system, self.queue, self.clock.now() + MINUTE_S)
            self.clock.sleep(MINUTE_S)
            self.work_once()


@pytest.fixture(name="world")
def make_world() -> UploadWorld:
    return UploadWorld()


def require_input_missing(job: Job) -> None:
    assert (job.status, job.attempt) == ("FAILED", 1)
    assert job.error is not None
    assert (job.error["type"], job.error["retryable"]) == ("/problems/input-missing", False)
    assert "was deleted" in job.error["detail"]


def at_once(_world: UploadWorld) -> When:
    return When()


def in_two_hours(_world: UploadWorld) -> When:
    return When(delay_s=7200)


def after_another(world: UploadWorld) -> When:
    return When(after=(world.submit().id,))


@pytest.mark.parametrize("when", [at_once, in_two_hours, after_another])
def test_a_job_that_has_not_read_its_upload_fails_with_a_typed_problem(
    world: UploadWorld, when: Callable[[UploadWorld], When]
) -> None:
    wanted = when(world)
    job = world.submit_with(wanted)
    world.delete_upload()
    world.work()
    for upstream in wanted.after:
        settle_dependents(world.system, upstream)
    world.pass_seconds(7200)
    require_input_missing(world.job(job))
    assert world.outputs(job) == []


def test_a_job_in_parts_fails_too(world: UploadWorld) -> None:
    job = world.submit_with(When(), parts=3)
    world.delete_upload()
    world.work()
    assert (world.job(job).error or {})["type"] == "/problems/input-missing"


def test_a_retry_fails_in_the_same_way(world: UploadWorld) -> None:
    job = world.submit_with(When())
    world.delete_upload()
    world.work()
    retry(world.system, world.job(job))
    world.work()
    require_input_missing(world.job(job))


def test_a_job_that_runs_much_later_has_a_copy_of_its_own(world: UploadWorld) -> None:
    job = world.submit_with(When(delay_s=DAY_S))
    world.delete_upload()
    world.pass_seconds(DAY_S + MINUTE_S)
    assert world.job(job).status == "DONE"


def test_a_schedule_has_a_copy_of_its_own(world: UploadWorld) -> None:
    scheduler = MemoryScheduler()
    recurrence: dict[str, Any] = {
        "cron": None,
        "rate": "1 day",
        "timezone": "UTC",
        "expression": "rate(1 day)",
    }
    wanted = NewSchedule("me", "nightly", **recurrence, task=COPY.name, params={}, input=world.upload)
    made = create_schedule(world.system, scheduler, wanted)
    world.delete_upload()
    event = {**made.entry(0).payload, "time": "2026-11-28T02:30:00Z"}
    assert fire(world.system, scheduler, event) == Fired.SUBMITTED
    world.work()
    [job_id] = [item["id"] for key, item in world.table.items.items() if key.sk == "JOB"]
    job = load_job(world.table, job_id)
    assert job is not None
    assert job.status == "DONE"
