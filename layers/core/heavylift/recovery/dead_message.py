"""A message that reached a dead-letter queue: handed out many times, and never acknowledged.

Dropping it is always safe, because the janitor's sweep looks at every open job: a message is dropped
where somebody has the work in hand or nothing is left to do. Where the job still waits for this very
message it can't be worked on, and waiting for its deadline would only hide that.
"""

from __future__ import annotations

from enum import StrEnum

from heavylift.errors import Undeliverable
from heavylift.job_store.abandon import give_up, give_up_part
from heavylift.jobs.job import Job, Part, job_key, part_key
from heavylift.ports.queue import Message, OrphanMessage
from heavylift.ports.system import System
from heavylift.tasks.registry import spec_of


class Burial(StrEnum):
    """What became of it; counted as a metric under this name."""

    DROPPED = "DeadMessagesDropped"
    FAILED = "JobsUndeliverable"


def bury(system: System, message: Message, sent_at: float) -> Burial:
    """Act on a dead message that was sent at `sent_at`; OrphanMessage if it names no job."""
    item = system.table.get(job_key(message.job_id))
    if item is None:
        raise OrphanMessage(message.job_id)
    job, now = Job.of(item), system.clock.now()
    of_an_earlier_run = sent_at < job.deadline - spec_of(job.task).deadline_s
    if job.ended or of_an_earlier_run or job.lease_until > now:
        return Burial.DROPPED
    error = Undeliverable("Its message was handed out many times, and no worker could take it.")
    if message.part is None:
        waits = not job.parts_open
        failed = waits and give_up(system, job, error)
    else:
        found = system.table.get(part_key(job.id, message.part))
        part = Part.of(found) if found else None
        waits = part is not None and not part.ended and part.lease_until <= now
        failed = part is not None and waits and give_up_part(system, job, part, error)
    return Burial.FAILED if failed else Burial.DROPPED
