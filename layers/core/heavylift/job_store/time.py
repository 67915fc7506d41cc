"""How long a job may take."""

from __future__ import annotations

from heavylift.jobs.job import Job
from heavylift.ports.lanes import seconds_for
from heavylift.tasks.registry import spec_of


def time_for(job: Job) -> int:
    """Return the seconds from a job's submission, or its retry, to its deadline."""
    return job.deadline_s or seconds_for(spec_of(job.task).deadline_s, job.queue)
