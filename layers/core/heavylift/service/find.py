"""Finding a tenant's job by its id."""

from __future__ import annotations

from heavylift.errors import Gone, NotFound
from heavylift.job_store.load import load_job
from heavylift.jobs.ids import created_at_of
from heavylift.jobs.job import Job
from heavylift.ports.system import System
from heavylift.tasks.registry import TASKS


def find_job(system: System, tenant: str, job_id: str) -> Job:
    """The job; NotFound if there is none or it is another tenant's, Gone once it has expired."""
    now = system.clock.now()
    born = created_at_of(job_id)
    if born is None:
        raise NotFound(f"{job_id!r} is not the id of a job.")
    job = load_job(system.table, job_id)
    if job is None:
        if born < now - shortest_life(system):
            raise Gone(f"The job {job_id} has expired, or there never was one.")
        raise NotFound(f"There is no job {job_id}.")
    if job.tenant != tenant:
        raise NotFound(f"There is no job {job_id}.")
    if job.expires_at <= now:
        raise Gone(f"The job {job_id} has expired.")
    return job


def shortest_life(system: System) -> float:
    """Seconds for which even the shortest-lived job is kept: a younger id without a record is unknown."""
    return min(spec.deadline_s for spec in TASKS.values()) + system.settings.retention_hours * 3600
