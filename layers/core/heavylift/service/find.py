"""Find a tenant's job by its id."""

from __future__ import annotations

from collections.abc import Iterable

from heavylift.errors import Gone, NotFound
from heavylift.job_store.load import load_job, load_jobs
from heavylift.jobs.ids import created_at_of
from heavylift.jobs.job import Job
from heavylift.ports.system import System


def find_job(system: System, tenant: str, job_id: str) -> Job:
    """Return the job.

    Raises NotFound if the job does not exist or is another tenant's, Gone if it has expired or was deleted.
    """
    now = system.clock.now()
    created_at = created_at_of(job_id)
    if created_at is None:
        raise NotFound(f"{job_id!r} is not a job id.")
    job = load_job(system.table, job_id)
    if job is None:
        if created_at < now - min_lifetime_s(system):
            raise Gone(f"The job {job_id} has expired or never existed.")
        raise NotFound(f"There is no job {job_id}.")
    if job.tenant != tenant:
        raise NotFound(f"There is no job {job_id}.")
    if job.gone_at <= now:
        raise Gone(f"The job {job_id} has expired.")
    if job.deleted_at is not None:
        raise Gone(f"The job {job_id} was deleted.")
    return job


def find_jobs(system: System, tenant: str, job_ids: Iterable[str]) -> list[Job]:
    """Return the tenant's jobs of at most 100 ids, in order, without those that `find_job` refuses."""
    wanted = [each for each in dict.fromkeys(job_ids) if created_at_of(each) is not None]
    found = load_jobs(system.table, wanted).values() if wanted else ()
    now = system.clock.now()
    return [
        job
        for job in found
        if job is not None and job.tenant == tenant and job.deleted_at is None and job.gone_at > now
    ]


def min_lifetime_s(system: System) -> float:
    """Return the minimum time that any job is kept, in seconds.

    An id younger than this without a record never existed (404); an older one may have expired (410).
    """
    return system.settings.retention_hours * 3600
