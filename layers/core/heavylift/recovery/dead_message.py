"""Messages in a dead-letter queue: delivered many times and never acknowledged.

Dropping a message is always safe, because the janitor checks every open job. A message is dropped if a worker
holds the job or nothing is left to do. If the job still waits for this message, no worker can claim it: the
job fails at once, because waiting for its deadline would only hide the fault.
"""

from __future__ import annotations

from enum import StrEnum

from heavylift.errors import Undeliverable
from heavylift.job_store.abandon import abandon_job, abandon_part
from heavylift.job_store.load import load_job
from heavylift.job_store.time import time_for
from heavylift.jobs.job import Job, Part, part_key
from heavylift.jobs.states import Phase
from heavylift.ports.queue import Disposition, Done, Message, OrphanMessage
from heavylift.ports.system import System


class DeadMessageOutcome(StrEnum):
    """What was done with a dead message; also the name of a metric."""

    DROPPED = "DeadMessagesDropped"
    FAILED = "JobsUndeliverable"


def handle_dead_message(system: System, message: Message, sent_at: float) -> Disposition:
    """Drop a dead message that was sent at `sent_at`, or end the job that waits for it.

    Raises OrphanMessage if the message names no job.
    """
    job = load_job(system.table, message.job_id)
    if job is None:
        raise OrphanMessage(message.job_id)
    now = system.clock.now()
    from_earlier_run = sent_at < job.deadline - time_for(job)
    is_held = job.lease_until > now or (job.run_at or 0) > now or job.phase == Phase.WAITING
    if job.ended or from_earlier_run or is_held:
        return Done(DeadMessageOutcome.DROPPED)
    error = Undeliverable("The job's message was delivered many times, but no worker could claim the job.")
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
