"""Zips in a history: the task that makes them, and what must be left of them in the end."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any

from archive.zip_task import ZipTask
from heavylift.errors import OutOfTime, Refused, Throttled
from heavylift.job_store.load import load_job
from heavylift.jobs.job import Job
from heavylift.ports.system import System
from heavylift.service.delete import delete_job
from heavylift.service.outputs_zip import create_zip
from heavylift.tasks.task import JobContext, PartSpec, Result
from tests.chaos.harness.scheduler import STEP_S, Scheduler
from tests.chaos.harness.trouble import Killed, Trouble, Unreachable
from tests.chaos.harness.watch import Violation
from tests.support.world import QUEUE

ZIP_SPEC = replace(ZipTask.spec, queue=QUEUE, deadline_s=900)
LOOK_S = 5.0
"""How often the rival looks for something to do."""
ZIPPING = 0.4
"""Share of the histories in which the client asks for zips."""


class FlakyZip(ZipTask):
    """The real task, which takes some time and fails at random until the trouble is over."""

    spec = ZIP_SPEC

    def __init__(self, random: Random, scheduler: Scheduler, trouble: Trouble) -> None:
        self._random, self._scheduler, self._trouble = random, scheduler, trouble

    def run(self, job: JobContext[Any], part: PartSpec) -> Result:
        self._scheduler.sleep(self._random.uniform(0.1, 30))
        if self._trouble.happens(0.1):
            raise self._random.choice((OutOfTime, Throttled))
        return super().run(job, part)


class Rival:
    """A second client, which acts on a job at the same time as the first."""

    def __init__(self, system: System, scheduler: Scheduler, random: Random) -> None:
        self._system, self._scheduler, self._random = system, scheduler, random
        self._job_id: str | None = None
        self.runs = False

    def run(self) -> None:
        self.runs = True
        while self.runs:
            self._scheduler.sleep(LOOK_S)
            job_id, self._job_id = self._job_id, None
            if job_id is not None:
                self._scheduler.current.invocation += 1
                with suppress(Refused, Throttled, Unreachable, Killed):
                    self._act(job_id)

    def cross(self, job_id: str) -> None:
        """Return in the moment that the rival begins to act on the job."""
        self._job_id = job_id
        while self._job_id is not None:
            self._scheduler.sleep(STEP_S)

    def _act(self, job_id: str) -> None:
        if self._random.random() < 0.5:
            delete_job(self._system, "me", job_id)
            return
        job = load_job(self._system.table, job_id)
        if job is not None:
            create_zip(self._system, job)


def is_zip(job: Job) -> bool:
    return job.task == ZIP_SPEC.name


def check_zips_of_deleted(jobs: Iterable[Job]) -> None:
    """Raise Violation if a deleted job has a zip that is not deleted, or a job has two zips."""
    jobs = list(jobs)
    deleted = {job.id for job in jobs if job.deleted_at is not None}
    living = [job for job in jobs if is_zip(job) and job.deleted_at is None]
    sources = [job.params["jobs"][0] for job in living]
    if left := deleted & set(sources):
        raise Violation(f"the zip of a deleted job is left: {sorted(left)}")
    if len(set(sources)) < len(sources):
        raise Violation(f"a job has several zips: {sources}")
