"""What the client of a history asks for: jobs that start at once, at a time, or after others."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from heavylift.errors import Conflict, Gone
from heavylift.jobs.job import Job
from heavylift.ports.system import System
from heavylift.recovery.later import LaterSweep
from heavylift.service.control import retry
from heavylift.service.start import When

SCHEDULED, AFTER = 0.35, 0.5
"""Shares of the submissions."""


class ScheduledSweep(LaterSweep):
    """A janitor that leaves what waits for other jobs to the stream."""

    def _check_wait(self, job: Job, check_at: float) -> None:
        pass


def choose_start(random: Random, known: Sequence[Job], share: float) -> When:
    """Return when a job starts. `share` of the histories' submissions start later, if it is above 0."""
    chance = random.random() / share if share else 1.0
    if chance < SCHEDULED:
        # Less than SQS can delay a message, or more.
        return When(delay_s=random.choice((random.uniform(1, 300), random.uniform(950, 3600))))
    if chance < SCHEDULED + AFTER and known:
        chosen = random.sample([job.id for job in known], k=min(len(known), random.choice((1, 1, 2))))
        return When(after=tuple(chosen), after_any=random.random() < 0.3)
    return When()


def retry_all(system: System, jobs: Sequence[Job]) -> set[str]:
    """Retry each job that is FAILED or CANCELED, oldest first. Return the ids of those that can't be.

    They wait for a job that was deleted, or for one of these.
    """
    incurable: set[str] = set()
    for job in jobs:
        if job.status not in ("FAILED", "CANCELED") or job.deleted_at is not None:
            continue
        try:
            retry(system, job)
        except (Conflict, Gone):
            if job.awaits is None and job.expire_in is None:
                raise
            incurable.add(job.id)
    return incurable
