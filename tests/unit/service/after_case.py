"""Jobs that wait for others, and what the stream does at the end of those."""

from __future__ import annotations

from heavylift.job_store.waiting import settle_dependents
from heavylift.jobs.job import Job
from heavylift.service.start import When
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from tests.support.world import COPY, TEXT, World


def submit_after(world: World, *upstream: Job, any_end: bool = False, tenant: str = "me") -> Job:
    when = When(after=tuple(job.id for job in upstream), after_any=any_end)
    return submit(world.system, Submission(tenant, COPY.name, {}, TEXT + b"hello", when=when))


def pass_on(world: World, *ended: Job) -> None:
    """Do what the stream does at the end of these jobs."""
    for job in ended:
        assert world.job(job).awaited is True
        settle_dependents(world.system, job.id)


def type_of_error(job: Job) -> str:
    return str((job.error or {})["type"])
