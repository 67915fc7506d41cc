"""Cancel the jobs that a canceled or stopped batch has left open."""

from __future__ import annotations

from contextlib import suppress

from heavylift.errors import Conflict
from heavylift.job_store.batch_counts import count_end
from heavylift.job_store.load import load_job
from heavylift.jobs import batches
from heavylift.jobs.batches import child_id
from heavylift.jobs.job import Job, job_key
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed
from heavylift.service.control import cancel

CHUNK = 100
RESERVE_S = 10.0
MAKER_S = 120.0
"""How long a worker that has not noticed the end of its batch may still make jobs."""


def stop_jobs(system: System, batch: Job, ends_at: float) -> bool:
    """Cancel every open job of an ended batch. Return False if time ran out, or a worker may still make jobs.

    It may be repeated.
    """
    # A worker writes `made` after each chunk.
    for start in range(1, (batch.made or 0) + CHUNK + 1, CHUNK):
        if system.clock.now() > ends_at - RESERVE_S:
            return False
        now = load_job(system.table, batch.id)
        if now is None or not now.ended:
            return True  # it was retried
        keys = [job_key(child_id(batch.id, position)) for position in range(start, start + CHUNK)]
        for item in system.table.get_many(keys).values():
            _stop_job(system, Job.of(item))
    if system.clock.now() < (batch.ended_at or 0) + MAKER_S:
        return False
    with suppress(ConditionFailed):  # it was retried, or it is stopped
        system.table.update(batches.mark_stopped(batch))
    return True


def _stop_job(system: System, job: Job) -> None:
    if not job.ended:
        try:
            job = cancel(system, job)
        except Conflict:
            return  # it has ended at this moment: the stream counts it
    count_end(system, job)
