"""Count the ends of a batch's jobs, each once, and end the batch with the last of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heavylift.errors import BatchFailed, BatchStopped
from heavylift.job_store.enqueue import enqueue
from heavylift.job_store.load import load_job
from heavylift.jobs import batches
from heavylift.jobs.attempts import to_problem
from heavylift.jobs.batches import COUNTERS, Counts, counter_key, counter_of, share_of
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.queue import Message
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Table


def count_end(system: System, job: Job) -> bool:
    """Count the end of a batch's job, unless it is counted. End the batch if it was the last one.

    Return whether this call counted it. It may be called any number of times.
    """
    if job.batch is None or not job.ended or job.counted is not None:
        return False
    if job.status == Status.FAILED and job.batch["stop"]:
        _stop(system, job)  # first: what is counted is not looked at again
    try:
        system.table.transact(batches.mark_counted(job), batches.count(job))
    except ConditionFailed:
        return False  # it is counted, or it runs again
    _end_if_full(system, str(job.batch_id), job.batch)
    return True


def load_counts(table: Table, batch_id: str) -> Counts:
    """Return the sums of a batch's counters: one read of all."""
    keys = [counter_key(batch_id, counter) for counter in range(COUNTERS)]
    return Counts.of(table.get_many(keys).values())


def settle(system: System, batch: Job) -> None:
    """End the batch if all of its jobs have ended and are counted."""
    if batch.ended or not batch.parts_total or not batch.parts_open:
        return
    counts = load_counts(system.table, batch.id)
    if counts.ended < batch.parts_total:
        return
    bad = counts.failed + counts.canceled
    error = None if not bad else to_problem(BatchFailed(_describe(counts, batch.parts_total)))
    try:
        system.table.update(batches.end(batch, counts, error, now=system.clock.now()))
    except ConditionFailed:
        return  # it has ended, or one of its jobs runs again


def _end_if_full(system: System, batch_id: str, batch: Mapping[str, Any]) -> None:
    """Settle the batch if the counter of this job is full: the others are read only then."""
    counter = counter_of(batch["position"])
    item = system.table.get(counter_key(batch_id, counter))
    if item is not None and Counts.of([item]).ended >= share_of(counter, batch["total"]):
        found = load_job(system.table, batch_id)
        if found is not None:
            settle(system, found)


def _stop(system: System, job: Job) -> None:
    batch = load_job(system.table, str(job.batch_id))
    if batch is None or batch.ended:
        return
    number = (job.batch or {})["number"]
    error = to_problem(BatchStopped(f"Item {number} failed (job {job.id}), and `on_failure` is `stop`."))
    try:
        system.table.update(batches.stop(batch, error, now=system.clock.now()))
    except ConditionFailed:
        return  # it has ended at the same time
    enqueue(system, batch, [Message(batch.id)])  # its worker cancels the jobs that are open


def _describe(counts: Counts, total: int) -> str:
    parts = [f"{counts.failed} failed"] if counts.failed else []
    parts += [f"{counts.canceled} were canceled"] if counts.canceled else []
    return f"Of {total} jobs, {' and '.join(parts)}. Retry the batch to run these again."
