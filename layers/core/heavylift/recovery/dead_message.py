"""A message that reached a dead-letter queue: handed out many times, and never acknowledged.

Dropping it is always safe, because the janitor's sweep looks at every open job: a message is dropped
where somebody has the work in hand or nothing is left to do. Where the job still waits for this very
message it can't be worked on, and waiting for its deadline would only hide that.
"""

from __future__ import annotations

from enum import StrEnum

from heavylift.errors import Undeliverable
from heavylift.job_store.abandon import abandon_job, abandon_part
from heavylift.job_store.load import load_job
from heavylift.jobs.job import Job, Part, part_key
from heavylift.ports.queue import Disposition, Done, Message, OrphanMessage
from heavylift.ports.system import System
from heavylift.tasks.registry import spec_of


class DeadMessageOutcome(StrEnum):
    """What became of it; counted as a metric under this name."""

    DROPPED = "DeadMessagesDropped"
    FAILED = "JobsUndeliverable"


def handle_dead_message(system: System, message: Message, sent_at: float) -> Disposition:
    """Act on a dead message that was sent at `sent_at`; OrphanMessage if it names no job."""
    job = load_job(system.table, message.job_id)
    if job is None:
        raise OrphanMessage(message.job_id)
    of_an_earlier_run = sent_at < job.deadline - spec_of(job.task).deadline_s
    if job.ended or of_an_earlier_run or job.lease_until > system.clock.now():
        return Done(DeadMessageOutcome.DROPPED)
    error = Undeliverable("Its message was handed out many times, and no worker could take it.")
    if message.part is None:
        abandoned = not job.parts_open and abandon_job(system, job, error)
    else:
        abandoned = _abandon_part(system, job, message.part, error)
    outcome = DeadMessageOutcome.FAILED if abandoned else DeadMessageOutcome.DROPPED
    return Done(outcome, {"JobsDeadLettered": int(abandoned)})


def _abandon_part(system: System, job: Job, part_id: str, error: Undeliverable) -> bool:
    item = system.table.get(part_key(job.id, part_id))
    part = Part.of(item) if item else None
    waits = part is not None and not part.ended and part.lease_until <= system.clock.now()
    return part is not None and waits and abandon_part(system, job, part, error)
