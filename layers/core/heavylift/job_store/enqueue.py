"""Sending the messages of work that the record already has."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from heavylift.jobs.job import Job
from heavylift.ports.queue import Message
from heavylift.ports.system import System

log = logging.getLogger(__name__)


def enqueue(system: System, job: Job, messages: Sequence[Message]) -> None:
    """Send them, or leave them to the janitor: the record is the truth, and a message only wakes a worker."""
    try:
        if len(messages) == 1:
            system.queue.send(job.queue, messages[0], group=job.tenant)
        else:
            system.queue.send_many(job.queue, messages, group=job.tenant)
    except Exception as error:  # noqa: BLE001 - whatever it is, what was written before stands
        log.warning(
            "not every message was sent; the janitor will send them",
            extra={"job_id": job.id, "why": type(error).__name__},
        )
