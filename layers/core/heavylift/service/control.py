"""What a job's owner may do to it after it was submitted: cancel it, and try it again."""

from __future__ import annotations

from heavylift.errors import Conflict, Gone
from heavylift.job_store.enqueue import enqueue
from heavylift.job_store.parts import PARTS_PER_TRANSACTION, parts_of
from heavylift.jobs import transitions
from heavylift.jobs.job import Job, Part, Status
from heavylift.ports.queue import Message
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed
from heavylift.tasks.registry import spec_of

READY_TRIES = 5
"""A worker that has not noticed yet that the job ended may claim a part just then."""


def cancel(system: System, job: Job) -> Job:
    """The job, CANCELED; Conflict if it has ended. A worker that has it stops at its next step."""
    try:
        return Job.of(system.table.update(transitions.cancel(job, now=system.clock.now())))
    except ConditionFailed as refused:
        raise Conflict(
            f"The job is {_status(refused)}: only a job that is PROCESSING can be canceled."
        ) from None


def retry(system: System, job: Job) -> Job:
    """The job, PROCESSING again from its first attempt on; of a fanned-out job only what is not DONE.

    Conflict if it is not FAILED or CANCELED; Gone if its input may not live long enough.
    """
    if job.status not in (Status.FAILED, Status.CANCELED):
        raise _not_retried(job.status)
    now = system.clock.now()
    deadline = now + spec_of(job.task).deadline_s
    expires_at = int(deadline + system.settings.retention_hours * 3600)
    if expires_at > system.settings.objects_live_until(job.created_at):
        raise Gone("The job's input expires too soon for another try; submit it again.")
    again = _make_ready(system, job, now, deadline, expires_at) if job.plan else []
    try:
        item = system.table.update(transitions.retry(job, now=now, deadline=deadline, expires_at=expires_at))
    except ConditionFailed as refused:
        raise _not_retried(_status(refused)) from None
    after = Job.of(item)
    enqueue(system, after, [Message(job.id, part.id) for part in again] or [Message(job.id)])
    return after


def _make_ready(system: System, job: Job, now: float, deadline: float, expires_at: int) -> list[Part]:
    """The parts that are not DONE, each ready for its first attempt; Conflict if the job was retried."""
    for _ in range(READY_TRIES):
        parts = [part for part in parts_of(system, job) if part.status != Status.DONE]
        again = [
            transitions.reset_part(part, now=now, deadline=deadline, expires_at=expires_at) for part in parts
        ]
        try:
            for start in range(0, len(again), PARTS_PER_TRANSACTION):
                chunk = again[start : start + PARTS_PER_TRANSACTION]
                system.table.transact(transitions.guard_still_finished(job, now=now), *chunk)
        except ConditionFailed as refused:
            if refused.key == job.key:
                raise _not_retried(_status(refused)) from None
        else:
            return parts
    raise Conflict("The job's last workers are still stopping; try again in a moment.")


def _status(refused: ConditionFailed) -> str:
    return str(refused.item["status"]) if refused.item else "gone"


def _not_retried(status: str) -> Conflict:
    return Conflict(f"The job is {status}: only a FAILED or CANCELED job can be tried again.")
