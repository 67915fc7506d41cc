"""Checks that every job that could be cured is DONE."""

from __future__ import annotations

from collections.abc import Sequence

from heavylift.jobs.job import Job
from tests.chaos.harness.limits import is_out_of_own_time
from tests.chaos.harness.watch import Violation
from tests.chaos.harness.zips import is_zip


def check_cured(jobs: Sequence[Job], incurable: set[str]) -> None:
    """Raise Violation unless each job is DONE, or waited for an incurable one. `jobs`: oldest first."""
    for job in jobs:
        lost = job.deleted_at is not None or is_out_of_own_time(job)
        if lost or not incurable.isdisjoint({job.id, *(job.after or ())}):
            incurable.add(job.id)
            continue
        if job.status != "DONE":
            raise Violation(f"the cured job is {job.status} after its retry: {job.error} {job.attempts}")
        if not is_zip(job) and job.done != job.params["parts"]:
            raise Violation(f"DONE with a progress of {job.done} in {job.params['parts']}")
