"""Zips in a history: the task that makes them, who asks for them, and what must be left in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
"""Share of the histories in which clients ask for zips."""


class FlakyZip(ZipTask):
    """The real task, which takes some time and fails at random until the trouble is over."""

    spec = ZIP_SPEC

    def __init__(self, random: Random, scheduler: Scheduler, trouble: Trouble) -> None:
        self._random, self._scheduler, self._trouble = random, scheduler, trouble

    def run(self, job: JobContext[Any], part: PartSpec) -> Result:
        self._scheduler.sleep(self._random.uniform(0.1, 30))
        if not self._trouble.quiet and self._random.random() < 0.1:
            raise self._random.choice((OutOfTime, Throttled))
        return super().run(job, part)


class ZipClients:
    """The client's calls for zips, and a rival that acts on the same job at the same time."""

    def __init__(
        self,
        system: System,
        scheduler: Scheduler,
        trouble: Trouble,
        seed: int,
        delete: Callable[[Job], None],
    ) -> None:
        self._system, self._scheduler, self._delete = system, scheduler, delete
        self._random = Random(f"zips of {seed}")  # of its own: the other histories stay as they are
        self._job_id: str | None = None
        self.task = FlakyZip(self._random, scheduler, trouble)
        self.wanted = self._random.random() < ZIPPING
        self.over = False

    def rival(self) -> None:
        """Act on each job that the client names."""
        while not self.over:
            self._scheduler.sleep(LOOK_S)
            job_id, self._job_id = self._job_id, None
            if job_id is not None:
                self._scheduler.current.invocation += 1
                with suppress(Refused, Throttled, Unreachable, Killed):
                    self._act_on(job_id)

    def _act_on(self, job_id: str) -> None:
        if self._random.random() < 0.5:
            delete_job(self._system, "me", job_id)
            return
        job = load_job(self._system.table, job_id)
        if job is not None:
            create_zip(self._system, job)

    def act(self, jobs: list[Job]) -> None:
        """Ask for the zip of a job, sometimes with the rival, and sometimes delete the job then."""
        done = [job for job in jobs if job.status == "DONE" and job.deleted_at is None]
        if not done:
            return
        job = self._random.choice(done)
        if self._random.random() < 0.7:
            self._meet_rival(job.id)
        with suppress(Refused, Throttled, Unreachable):
            create_zip(self._system, job)
        if self._random.random() < 0.6:
            self._scheduler.sleep(self._random.choice((0, self._random.uniform(0, 40))))
            self._delete(job)

    def _meet_rival(self, job_id: str) -> None:
        """Return in the moment that the rival begins to act on the job."""
        self._job_id = job_id
        while self._job_id is not None:
            self._scheduler.sleep(STEP_S)


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
