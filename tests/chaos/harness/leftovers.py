"""Checks that of deleted jobs nothing is left."""

from __future__ import annotations

from collections.abc import Sequence

from heavylift.adapters.memory.objects import MemoryObjects
from heavylift.adapters.memory.table import MemoryTable
from heavylift.jobs.job import Job
from heavylift.jobs.object_keys import job_folder
from tests.chaos.harness.watch import Violation
from tests.chaos.harness.zips import check_zips_of_deleted


def check_nothing_left(table: MemoryTable, objects: MemoryObjects, jobs: Sequence[Job]) -> None:
    """Raise Violation if a deleted job has an object, its deletion goes on, or its zip lives."""
    for job in jobs:
        if job.deleted_at is None:
            continue
        left = [key for key in objects.objects if key.startswith(job_folder(job.id))]
        if left or "open_pk" in table.items[job.key]:
            raise Violation(f"the deleted job {job.id} has {left}")
    check_zips_of_deleted(jobs)
