"""Load a job's record."""

from __future__ import annotations

from heavylift.jobs.job import Job, job_key
from heavylift.ports.table import Table


def load_job(table: Table, job_id: str) -> Job | None:
    """Return the job, or None if it has no record."""
    item = table.get(job_key(job_id))
    return Job.of(item) if item else None
