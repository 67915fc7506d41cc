"""Cancel the jobs that a canceled or stopped batch has left open."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from heavylift.errors import Conflict
from heavylift.job_store.load import load_job
from heavylift.jobs import batches
from heavylift.jobs.batches import child_id
from heavylift.jobs.job import Job, job_key
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed
from heavylift.service.control import cancel

CHUNK = 100
THREADS = 16
RESERVE_S = 10.0
MAKER_S = 120.0
"""How long a worker that has not noticed the end of its batch may still make jobs."""


def stop_jobs(system: System, batch: Job, ends_at: float) -> float | None:
    """Cancel every open job of an ended batch. It may be repeated.

    Return None if no job can be open any more, or the seconds after which to go on: time ran out, or a worker
    may still make jobs.
    """
    # A worker writes `made` after each chunk.
    for start in range(1, (batch.made or 0) + CHUNK + 1, CHUNK):
        if system.clock.now() > ends_at - RESERVE_S:
            return 0
        now = load_job(system.table, batch.id)
        if now is None or not now.ended:
            return None  # it was retried
        _stop_chunk(system, batch, start)
    if (left := (batch.ended_at or 0) + MAKER_S - system.clock.now()) > 0:
        return left
    with suppress(ConditionFailed):  # it was retried, or it is stopped
        system.table.update(batches.mark_stopped(batch))
    return None


def _stop_chunk(system: System, batch: Job, start: int) -> None:
    def stop(job: Job) -> None:
        with suppress(Conflict):  # it has ended at this moment
            cancel(system, job)

    keys = [job_key(child_id(batch.id, position)) for position in range(start, start + CHUNK)]
    found = [Job.of(item) for item in system.table.get_many(keys).values()]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(stop, (job for job in found if not job.ended)))
