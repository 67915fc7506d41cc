"""Erase what a deleted job stored: its objects, the content of its parts, and the zip of its outputs."""

from __future__ import annotations

from heavylift.errors import Throttled
from heavylift.job_store.load import load_job
from heavylift.jobs import deletion, transitions
from heavylift.jobs.job import BATCH_TASK, PART_PREFIX, Job
from heavylift.jobs.object_keys import job_folder, later_folder
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed

PARTS_PER_TRANSACTION = 25
MAX_TRIES = 5
"""How often the job of a zip may change between the look at it and the write."""


def erase(system: System, job: Job) -> None:
    """Delete the objects and the parts' content, and record it. It may be repeated after a fault.

    Raises Throttled if the job of the zip changes all the time.
    """
    now = system.clock.now()
    system.objects.delete_below(job_folder(job.id))
    if job.zip_job is not None:
        erase_zip(system, job.zip_job)
    if job.far or job.task == BATCH_TASK:
        system.objects.delete_below(later_folder(job.id))
    parts = [part for part in system.table.list_children(job.pk, PART_PREFIX) if part["expires_at"] > now]
    for start in range(0, len(parts), PARTS_PER_TRANSACTION):
        chunk = parts[start : start + PARTS_PER_TRANSACTION]
        system.table.transact(*(deletion.erase_part(part, now=now) for part in chunk))
    no_strays = now >= (job.deleted_at or 0) + deletion.STRAY_S
    system.table.update(deletion.settle(job) if no_strays else deletion.await_strays(job))


def erase_zip(system: System, job_id: str) -> None:
    """Delete the job of a zip, finished or not, with all that it stored. Raises Throttled."""
    for _ in range(MAX_TRIES):
        job, now = load_job(system.table, job_id), system.clock.now()
        if job is None or job.deleted_at is not None:
            return  # the janitor finishes its deletion
        try:
            if not job.ended:
                system.table.update(transitions.cancel(job, now=now))
                continue
            tombstone = Job.of(system.table.update(deletion.delete(job, now=now)))
        except ConditionFailed:
            continue
        erase(system, tombstone)
        return
    raise Throttled("The job of the zip changes at this moment; try again shortly.")
