"""Load a job's record."""

from __future__ import annotations

from collections.abc import Sequence

from heavylift.jobs.job import Job, job_key
from heavylift.ports.table import Table


def load_job(table: Table, job_id: str) -> Job | None:
    """Return the job, or None if it has no record."""
    item = table.get(job_key(job_id))
    return Job.of(item) if item else None


def load_jobs(table: Table, job_ids: Sequence[str]) -> dict[str, Job | None]:
    """Return at most 100 different jobs by id, by one read; None for one without a record."""
    found = table.get_many([job_key(job_id) for job_id in job_ids])
    items = {job_id: found.get(job_key(job_id)) for job_id in job_ids}
    return {job_id: Job.of(item) if item else None for job_id, item in items.items()}
