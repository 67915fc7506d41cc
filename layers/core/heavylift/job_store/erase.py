"""Erase what a deleted job stored: its objects and the content of its parts."""

from __future__ import annotations

from heavylift.jobs import deletion
from heavylift.jobs.job import PART_PREFIX, Job
from heavylift.jobs.object_keys import job_folder, later_folder
from heavylift.ports.system import System

PARTS_PER_TRANSACTION = 25


def erase(system: System, job: Job) -> None:
    """Delete the objects and the parts' content, and record it. It may be repeated after a fault."""
    now = system.clock.now()
    system.objects.delete_below(job_folder(job.id))
    if job.far:
        system.objects.delete_below(later_folder(job.id))
    parts = [part for part in system.table.list_children(job.pk, PART_PREFIX) if part["expires_at"] > now]
    for start in range(0, len(parts), PARTS_PER_TRANSACTION):
        chunk = parts[start : start + PARTS_PER_TRANSACTION]
        system.table.transact(*(deletion.erase_part(part, now=now) for part in chunk))
    no_strays = now >= (job.deleted_at or 0) + deletion.STRAY_S
    system.table.update(deletion.settle(job) if no_strays else deletion.await_strays(job))
