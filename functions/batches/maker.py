"""The task's work: it makes jobs, as the API does."""

from __future__ import annotations

from typing import Any

from heavylift import JobContext
from heavylift.runtime import bootstrap
from heavylift.service.batches.make import make_jobs


def make(job: JobContext[Any]) -> None:
    """Make the jobs of the batch. Raises LeftOpen once all are made, and what `make_jobs` raises."""
    make_jobs(bootstrap.get_system(), job)
