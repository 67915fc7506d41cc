"""The task `zip` in a whole system: several jobs, and what becomes of it if one of them is deleted."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any
from zipfile import ZipFile

import pytest

from archive.zip_task import OUTPUT, ZipTask
from heavylift.errors import Conflict, Gone, InvalidRequest, NotFound, OutOfTime, TooLarge
from heavylift.jobs.job import Job
from heavylift.jobs.object_keys import output_key
from heavylift.service.control import cancel
from heavylift.service.delete import delete_job
from heavylift.service.labels import Labels
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.tasks.registry import TASKS
from heavylift.tasks.sources import SourceJob, SourceOutput
from heavylift.testing import World, run_task
from tests.support.world import COPY, QUEUE, TEXT, CopyTask

TASK = ZipTask()


class ZipWorld(World):
    """A system with the tasks `copy` and `zip`."""

    def __init__(self) -> None:
        super().__init__(CopyTask(), TASK)

    def copy(self, name: str | None = None, parts: int = 2, content: bytes = b"hello") -> Job:
        labels = Labels(file_name=name)
        job = submit(
            self.system, Submission("me", COPY.name, {"parts": parts}, TEXT + content, labels=labels)
        )
        self.work_through(QUEUE)
        return self.load(job)

    def zip(self, *job_ids: str, tenant: str = "me") -> Job:
        return submit(self.system, Submission(tenant, "zip", {"jobs": list(job_ids)}))

    def run_zip(self, *job_ids: str) -> Job:
        job = self.zip(*job_ids)
        self.work_through("archive")
        return self.load(job)

    def open(self, job: Job) -> ZipFile:
        return ZipFile(io.BytesIO(self.objects.read(output_key(job.id, OUTPUT))))


def test_a_zip_has_every_output_under_its_name_for_downloads() -> None:
    world = ZipWorld()
    job = world.run_zip(world.copy("letter.txt").id)
    opened = world.open(job)
    assert opened.namelist() == ["letter-copy-1.txt", "letter-copy-2.txt"]
    assert opened.read("letter-copy-1.txt") == TEXT + b"hello"
    size = len(world.objects.read(output_key(job.id, OUTPUT)))
    assert (job.status, job.result, job.done) == ("DONE", {"files": 2, "bytes": size}, 2)
    assert job.outputs
    assert (job.outputs["count"], job.outputs["bytes"]) == (1, size)


def test_each_of_several_jobs_has_a_folder() -> None:
    world = ZipWorld()
    jobs = [world.copy("a.txt", 1), world.copy("a.txt", 1), world.copy(None, 1)]
    opened = world.open(world.run_zip(*(job.id for job in jobs)))
    assert opened.namelist() == ["a/a-copy-1.txt", "a (2)/a-copy-1.txt", f"{jobs[2].id}/copy-1.txt"]


def test_what_can_not_be_zipped_is_refused() -> None:
    world = ZipWorld()
    done, canceled = world.copy(), submit(world.system, Submission("me", COPY.name, {}, TEXT))
    cancel(world.system, canceled)
    for ids, error in (
        ([canceled.id], Conflict),
        (["no-such-job"], NotFound),
        ([], InvalidRequest),
        ([done.id, done.id], InvalidRequest),
        ([done.id] * 21, InvalidRequest),
    ):
        with pytest.raises(error):
            world.zip(*ids)
    with pytest.raises(NotFound):
        world.zip(done.id, tenant="you")
    delete_job(world.system, "me", done.id)
    with pytest.raises(Gone):
        world.zip(done.id)


def test_outputs_that_are_too_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    world = ZipWorld()
    done = world.copy()
    monkeypatch.setitem(TASKS, "zip", replace(TASK.spec, limits={"max_bytes": 19}))
    with pytest.raises(TooLarge, match="20 bytes"):
        world.zip(done.id)


def test_a_job_that_is_deleted_before_the_zip_is_made_fails_the_zip() -> None:
    world = ZipWorld()
    source = world.copy()
    job = world.zip(source.id)
    delete_job(world.system, "me", source.id)
    world.work_through("archive")
    failed = world.load(job)
    assert failed.status == "FAILED"
    assert failed.error
    assert failed.error["detail"] == f"The outputs of the job {source.id} no longer exist."


def test_a_canceled_zip_leaves_nothing() -> None:
    world = ZipWorld()
    job = world.zip(world.copy().id)
    read = world.objects.read_chunks

    def cancel_first(key: str) -> Any:
        cancel(world.system, world.load(job))
        world.clock.sleep(2)
        return read(key)

    world.objects.read_chunks = cancel_first  # type: ignore[method-assign]
    world.work_through("archive")
    assert world.load(job).status == "CANCELED"
    assert world.objects.head(output_key(job.id, OUTPUT)) is None


def test_a_zip_that_takes_too_long_gives_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    output = SourceOutput("a.txt", "a.txt", "text/plain", lambda: iter([b"x"]), 1)
    monkeypatch.setattr("heavylift.testing.TaskRun.remaining", lambda _self: -1)
    with pytest.raises(OutOfTime):
        run_task(TASK, sources={"jobs": [SourceJob("1", None, 0, (output,))]}, jobs=["1"])
