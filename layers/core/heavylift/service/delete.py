"""Delete a finished job at once: its record's content, its objects and its labels."""

from __future__ import annotations

from collections.abc import Callable

from heavylift.errors import Conflict, NotFound
from heavylift.job_store.bury import bury
from heavylift.job_store.erase import erase
from heavylift.job_store.load import load_job
from heavylift.jobs.ids import created_at_of
from heavylift.jobs.job import Job
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed

MAX_TRIES = 3


def delete_job(
    system: System, tenant: str, job_id: str, *, check: Callable[[Job], None] = lambda _job: None
) -> None:
    """Delete the tenant's finished job. A job that is deleted already is left as it is.

    `check` is called with the record that the deletion is conditional on, and may raise. Raises NotFound if
    the tenant has no such job, Conflict if the job is not finished.
    """
    if created_at_of(job_id) is None:
        raise NotFound(f"{job_id!r} is not a job id.")
    for _ in range(MAX_TRIES):
        job = load_job(system.table, job_id)
        if job is None or job.tenant != tenant:
            raise NotFound(f"There is no job {job_id}.")
        if job.deleted_at is not None:
            return
        check(job)
        if not job.ended:
            raise Conflict(f"The job is {job.status}: only a finished job can be deleted. Cancel it first.")
        try:
            tombstone = bury(system, job)
        except ConditionFailed:
            continue  # it was retried or deleted at the same time: look again
        erase(system, tombstone)
        return
    raise Conflict("The job changes at this moment; try again.")
