"""Jobs with a deadline and an expiry of their own."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from heavylift.adapters.memory.table import MemoryTable
from heavylift.errors import DeadlineExceeded
from heavylift.jobs.expiry import EXPIRY
from heavylift.jobs.job import Job
from heavylift.ports.table import Key
from heavylift.service.submission import Submission
from tests.chaos.harness.watch import Violation

LIMITED = 0.3
"""Share of the jobs that have limits of their own."""


def limit_some(random: Random, given: Submission) -> Submission:
    """Return the submission, sometimes with limits."""
    if random.random() >= LIMITED:
        return given
    expire_in, deadline_s = random.choice((60, 300, 1200)), random.choice((None, 120, 600))
    return replace(given, expire_in=expire_in, deadline_s=deadline_s)


def is_out_of_own_time(job: Job) -> bool:
    """Return whether the job did not end by its own deadline, which is too short for a long line."""
    return job.deadline_s is not None and (job.error or {}).get("type") == DeadlineExceeded("").type


def check_expired(table: MemoryTable, jobs: list[Job]) -> None:
    """Raise Violation unless each job is deleted, and no longer looked at."""
    for job in jobs:
        expiry = table.items[Key(job.pk, EXPIRY)]
        if table.items[job.key].get("deleted_at") is None or "open_pk" in expiry:
            raise Violation(f"the job {job.id} has not expired")
