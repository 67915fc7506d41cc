"""What a tenant can do to a submitted job: cancel and retry."""

from __future__ import annotations

from heavylift.errors import Conflict, Gone
from heavylift.job_store.enqueue import enqueue
from heavylift.job_store.parts import PARTS_PER_TRANSACTION, load_parts
from heavylift.jobs import part_transitions, transitions
from heavylift.jobs.job import Job, Part, Status
from heavylift.ports.queue import Message
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed
from heavylift.service.wait_again import status_conflict, wait_again
from heavylift.tasks.registry import spec_of

MAX_RESET_TRIES = 5
"""A worker that has not yet noticed that the job ended may claim a part between our read and our write."""


def cancel(system: System, job: Job) -> Job:
    """Cancel the job and return it. Its worker stops at its next progress write.

    Raises Conflict if the job has ended.
    """
    try:
        return Job.of(system.table.update(transitions.cancel(job, now=system.clock.now())))
    except ConditionFailed as refused:
        raise Conflict(
            f"The job is {_status_of(refused)}: only a job that is PROCESSING can be canceled."
        ) from None


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
    deadline = now + (job.deadline_s or spec_of(job.task).deadline_s)
    expires_at = int(deadline + system.settings.retention_hours * 3600)
    if expires_at > system.settings.objects_live_until(job.ready_at):
        raise Gone("The job's input expires too soon for a retry; submit the job again.")
    parts = _reset_parts(system, job, now, deadline, expires_at) if job.plan else []
    try:
        item = system.table.update(transitions.retry(job, now=now, deadline=deadline, expires_at=expires_at))
    except ConditionFailed as refused:
        raise status_conflict(_status_of(refused)) from None
    after = Job.of(item)
    enqueue(system, after, [Message(job.id, part.id) for part in parts] or [Message(job.id)])
    return after


def _reset_parts(system: System, job: Job, now: float, deadline: float, expires_at: int) -> list[Part]:
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


def _status_of(refused: ConditionFailed) -> str:
    return str(refused.item["status"]) if refused.item else "gone"
