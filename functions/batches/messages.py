"""What the worker of batches does with a message: it makes jobs, or cancels those of an ended batch."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from heavylift.job_store.load import load_job
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.queue import Disposition, Done, Message, Retry
from heavylift.ports.system import System
from heavylift.service.batches.make import settle_batch
from heavylift.service.batches.stop import stop_jobs
from heavylift.worker.outcome import JobOutcome


class StopOutcome(StrEnum):
    """What was done with the jobs of an ended batch; also the name of a metric."""

    STOPPED = "BatchesStopped"
    STOPPING = "BatchStopsContinued"


def handle_message(
    system: System, message: Message, ends_at: float, run: Callable[[], Disposition]
) -> Disposition:
    """Handle a message of a batch. `run` runs its task, as any worker does."""
    batch = load_job(system.table, message.job_id)
    if batch is not None and batch.ended:
        return _stop(system, batch, message, ends_at)
    disposition = run()
    if disposition.outcome == JobOutcome.LEFT_OPEN:
        settle_batch(system, message.job_id)
    if isinstance(disposition, Retry):
        # A new message: the queue counts receipts, and a large batch needs more than it allows.
        return _send_later(system, batch, message, disposition)
    return disposition


def _stop(system: System, batch: Job, message: Message, ends_at: float) -> Disposition:
    if batch.status == Status.DONE:
        return Done(JobOutcome.DUPLICATE)
    pause = stop_jobs(system, batch, ends_at)
    if pause is None:
        return Done(StopOutcome.STOPPED)
    return _send_later(system, batch, message, Retry(StopOutcome.STOPPING, pause))


def _send_later(system: System, batch: Job | None, message: Message, put_off: Retry) -> Disposition:
    if batch is None:
        return put_off
    system.queue.send(batch.queue, message, delay_s=put_off.seconds, group=batch.tenant)
    return Done(put_off.outcome, put_off.counts)
