"""A zip that is submitted before its jobs have ended: it waits for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.zip_task import ZipTask
from heavylift.job_store.waiting import settle_dependents
from heavylift.jobs.job import Job
from heavylift.jobs.states import Phase
from heavylift.service.control import cancel
from heavylift.service.delete import delete_job
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.tasks.registry import TASKS
from tests.unit.archive.test_batch_zip import ZipWorld, world
from tests.unit.archive.test_zip_task import ZipWorld as JobWorld
from tests.unit.service.after_case import type_of_error

__all__ = ["world"]


def submit_copy(jobs: JobWorld) -> Job:
    return submit(jobs.system, Submission("me", "copy", {}, b"text:hello"))


def zip_of(jobs: JobWorld | ZipWorld, *sources: Job) -> Job:
    return submit(jobs.system, Submission("me", "zip", {"jobs": [job.id for job in sources]}))


def end(jobs: JobWorld, *open_jobs: Job) -> None:
    jobs.work_through("tests")
    for job in open_jobs:
        settle_dependents(jobs.system, job.id)


def test_a_zip_waits_for_its_jobs_and_keeps_their_order() -> None:
    jobs = JobWorld()
    first, done = jobs.copy(None, 1), jobs.copy("done.txt", 1)
    second = submit_copy(jobs)
    made = zip_of(jobs, second, done, first)
    assert (made.phase, made.after, made.awaits) == (Phase.WAITING, [second.id], [second.id])
    end(jobs, second)
    jobs.work_through("archive")
    assert jobs.open(jobs.load(made)).namelist() == [
        f"{second.id}/copy-1.txt", "done/done-copy-1.txt", f"{first.id}/copy-1.txt"
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["canceled", "deleted", "too large"])
def test_a_zip_whose_job_makes_nothing_fails(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    jobs = JobWorld()
    first = submit_copy(jobs)
    made = zip_of(jobs, first)
    if how == "canceled":
        cancel(jobs.system, first)
    jobs.work_through("tests")
    if how == "deleted":
        delete_job(jobs.system, "me", first.id)
    if how == "too large":
        monkeypatch.setitem(TASKS, "zip", replace(ZipTask.spec, limits={"max_bytes": 5}))
    settle_dependents(jobs.system, first.id)
    expected = {"canceled": "upstream-failed", "deleted": "output-missing", "too large": "invalid-input"}
    assert type_of_error(jobs.load(made)) == f"/problems/{expected[how]}"


def test_a_zip_waits_for_a_batch(world: ZipWorld) -> None:
    batch = world.submit_batch([world.item(name="a"), world.item(name="b")])
    made = zip_of(world, batch)
    assert made.phase == Phase.WAITING
    world.finish(batch)
    settle_dependents(world.system, batch.id)
    world.work_through("archive")
    assert world.open(made.id).namelist() == ["a/copy-1.txt", "b/copy-1.txt"]
