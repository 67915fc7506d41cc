"""What a tenant can do to a submitted job: cancel and retry."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from heavylift.errors import Conflict, Gone
from heavylift.job_store.enqueue import enqueue
from heavylift.job_store.load import load_job
from heavylift.job_store.parts import PARTS_PER_TRANSACTION, load_parts
from heavylift.job_store.time import time_for
from heavylift.jobs import batches, part_transitions, transitions
from heavylift.jobs.job import BATCH_TASK, Job, Part
from heavylift.jobs.later import MAX_DELAY_S
from heavylift.jobs.states import Status
from heavylift.ports.queue import Message
from heavylift.ports.system import System
from heavylift.ports.table import Change, ConditionFailed, Is, Item
from heavylift.service.wait_again import status_conflict, wait_again

MAX_RESET_TRIES = 5
"""A worker that has not yet noticed that the job ended may claim a part between our read and our write."""


def cancel(system: System, job: Job) -> Job:
    """Cancel the job and return it. Its worker stops at its next progress write.

    A job that is canceled already stays so: the call may be the second try of one whose answer was lost.
    Raises Conflict if the job has ended otherwise.
    """
    try:
        canceled = Job.of(system.table.update(transitions.cancel(job, now=system.clock.now())))
    except ConditionFailed as refused:
        if refused.item is None or not _is_canceled(refused.item):
            raise Conflict(
                f"The job is {_status_of(refused)}: only a job that is PROCESSING can be canceled."
            ) from None
        canceled = Job.of(refused.item)
    if job.task == BATCH_TASK:
        enqueue(system, canceled, [Message(job.id)])  # its worker cancels its jobs
    return canceled


def retry(system: System, job: Job) -> Job:
    """Queue the job again from its first attempt and return it. DONE parts of a fanned-out job are kept.

    A job whose wait for others had not ended waits again. Raises Conflict if the job is not FAILED or
    CANCELED, Gone if its input may expire before the new deadline.
    """
    if job.status not in (Status.FAILED, Status.CANCELED):
        raise status_conflict(job.status)
    if job.awaits is not None:
        return wait_again(system, job)
    now = system.clock.now()
    deadline = now + time_for(job)
    expires_at = int(deadline + system.settings.retention_hours * 3600)
    if job.task == BATCH_TASK:
        # Its items live a month longer than the objects of other jobs; each of its jobs checks its own input.
        lives_until = job.created_at + MAX_DELAY_S
    else:
        lives_until = system.settings.objects_live_until(job.ready_at)
    if expires_at > lives_until:
        raise Gone("The job's input expires too soon for a retry; submit the job again.")
    again: dict[str, Any] = {"now": now, "deadline": deadline, "expires_at": expires_at}
    if job.task == BATCH_TASK:
        return _send(system, _update(system, batches.retry_batch(job, **again)), [])
    parts = _reset_parts(system, job, **again) if job.plan else []
    if job.batch is not None:
        return _send(system, retry_in_batch(system, job, transitions.retry(job, **again)), parts)
    return _send(system, _update(system, transitions.retry(job, **again)), parts)


def _update(system: System, change: Change) -> Job:
    try:
        return Job.of(system.table.update(change))
    except ConditionFailed as refused:
        raise status_conflict(_status_of(refused)) from None


def _send(system: System, job: Job, parts: list[Part]) -> Job:
    enqueue(system, job, [Message(job.id, part.id) for part in parts] or [Message(job.id)])
    return job


def _reset_parts(system: System, job: Job, *, now: float, deadline: float, expires_at: int) -> list[Part]:
    """Reset the parts that are not DONE and return them; Conflict if the job is no longer finished."""
    for _ in range(MAX_RESET_TRIES):
        parts = [part for part in load_parts(system, job) if part.status != Status.DONE]
        resets = [
            part_transitions.reset_part(part, now=now, deadline=deadline, expires_at=expires_at)
            for part in parts
        ]
        try:
            for start in range(0, len(resets), PARTS_PER_TRANSACTION):
                chunk = resets[start : start + PARTS_PER_TRANSACTION]
                system.table.transact(part_transitions.guard_still_finished(job, now=now), *chunk)
        except ConditionFailed as refused:
            if refused.key == job.key:
                raise status_conflict(_status_of(refused)) from None
        else:
            return parts
    raise Conflict("The job's workers are still stopping; try again in a moment.")


def _is_canceled(item: Item) -> bool:
    return item["status"] == Status.CANCELED and "deleted_at" not in item


def _status_of(refused: ConditionFailed) -> str:
    return str(refused.item["status"]) if refused.item else "gone"


def retry_in_batch(system: System, job: Job, retry: Change) -> Job:
    """Retry a job of a batch that is open, and take its counted end back. Return the job.

    Raises Conflict if the batch has ended: its end says how its jobs ended.
    """
    batch = load_job(system.table, str(job.batch_id))
    if batch is None or batch.ended:
        raise Conflict("The job belongs to a batch that has ended: retry the batch.")
    membership = {**(job.batch or {}), "round": batch.round or 0}
    counted = Is("counted", "missing") if job.counted is None else Is("counted", "=", job.counted)
    retry = replace(
        retry,
        when=(*retry.when, counted),
        set={**retry.set, "batch": membership},
        remove=(*retry.remove, "counted"),
    )
    taken_back = [batches.uncount(job)] if job.counted else []
    try:
        system.table.transact(retry, batches.reopen(batch), *taken_back)
    except ConditionFailed as refused:
        raise Conflict("The job or its batch has changed at this moment; try again.") from refused
    found = load_job(system.table, job.id)
    if found is None:
        raise Gone(f"The job {job.id} has expired.")
    return found
