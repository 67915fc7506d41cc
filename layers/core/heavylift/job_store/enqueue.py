"""Send the messages of a job whose record already exists."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from heavylift.jobs import transitions
from heavylift.jobs.job import Job
from heavylift.ports.queue import Message
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed

log = logging.getLogger(__name__)


def enqueue(system: System, job: Job, messages: Sequence[Message], *, delay_s: float = 0) -> None:
    """Send the messages. If that fails, the janitor sends them later, because the record decides.

    The queue hides a single message for `delay_s`, at most 900.
    """
    try:
        if len(messages) == 1:
            hidden = {"delay_s": delay_s} if delay_s else {}
            system.queue.send(job.queue, messages[0], group=job.tenant, **hidden)
        else:
            system.queue.send_many(job.queue, messages, group=job.tenant)
    except Exception as error:  # noqa: BLE001 - the record is written: no error here may fail the call
        log.warning(
            "not every message was sent; the janitor will send them",
            extra={"job_id": job.id, "why": type(error).__name__},
        )
        _mark_unsent(system, job)


def _mark_unsent(system: System, job: Job) -> None:
    try:
        system.table.update(transitions.mark_unsent(job))
    except ConditionFailed:
        log.info("the job has ended; nothing is to be sent", extra={"job_id": job.id})
    except Exception as error:  # noqa: BLE001 - as above; the janitor notices without it, but later
        log.warning("the job is not marked", extra={"job_id": job.id, "why": type(error).__name__})
