"""Move the deadline of a job whose queue was paused."""

from __future__ import annotations

from heavylift.jobs import pauses
from heavylift.jobs.job import Job
from heavylift.jobs.pauses import Pauses, queue_key
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Table

MAX_TRIES = 3
"""The janitor reads jobs from an index, which may be behind: the deadline may have moved and passed again."""


def load_pauses(table: Table, queue: str) -> Pauses:
    return Pauses.of(table.get(queue_key(queue)))


def move_deadline(system: System, job: Job) -> Job:
    """Return the job, with the paused time added to its deadline if its queue was paused.

    Call it for a job that is past its deadline. The job may have ended meanwhile.
    """
    for _ in range(MAX_TRIES):
        change = pauses.move_deadline(
            job,
            load_pauses(system.table, job.queue),
            now=system.clock.now(),
            latest=job.ready_at + system.settings.retention_hours * 3600,
        )
        if change is None:
            return job
        try:
            return Job.of(system.table.update(change))
        except ConditionFailed as refused:
            job = Job.of(refused.item) if refused.item else job
    return job
