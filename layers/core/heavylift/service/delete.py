"""Delete a finished job at once: its record's content, its objects and its labels."""

from __future__ import annotations

from heavylift.errors import Conflict, NotFound
from heavylift.job_store.batch_counts import count_end
from heavylift.job_store.erase import erase
from heavylift.job_store.load import load_job
from heavylift.jobs import deletion
from heavylift.jobs.job import Job
from heavylift.ports.system import System
from heavylift.ports.table import Change, ConditionFailed, Is, Key
from heavylift.service.labels import label_partitions

MAX_TRIES = 3


def delete_job(system: System, tenant: str, job_id: str) -> None:
    """Delete the tenant's finished job. A job that is deleted already is left as it is.

    Raises NotFound if the tenant has no such job, Conflict if the job is not finished.
    """
    for _ in range(MAX_TRIES):
        job = load_job(system.table, job_id)
        if job is None or job.tenant != tenant:
            raise NotFound(f"There is no job {job_id}.")
        if job.deleted_at is not None:
            return
        if not job.ended:
            raise Conflict(f"The job is {job.status}: only a finished job can be deleted. Cancel it first.")
        count_end(system, job)  # a tombstone is in no batch
        _expire_labels(system, job)
        try:
            tombstone = Job.of(system.table.update(deletion.delete(job, now=system.clock.now())))
        except ConditionFailed:
            continue  # it was retried or deleted at the same time: look again
        erase(system, tombstone)
        return
    raise Conflict("The job changes at this moment; try again.")


def _expire_labels(system: System, job: Job) -> None:
    """Let the table remove the job from the lists of its labels. The search leaves it out at once."""
    for partition in label_partitions(job.tenant, job.reference, job.tags or []):
        expire = Change(
            Key(partition, job.id), when=(Is("pk", "exists"),), set={"expires_at": int(system.clock.now())}
        )
        try:
            system.table.update(expire)
        except ConditionFailed:
            continue  # the item has expired
