"""The janitor's part in deliveries of outputs: a message for each that is due and was not made."""

from __future__ import annotations

from collections import Counter

from heavylift.job_store.load import load_job
from heavylift.jobs.job import JOB_PREFIX, Job
from heavylift.jobs.states import Status
from heavylift.ports.queue import JobQueue, Message
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Item
from heavylift.webhooks.output_delivery import (
    DELIVERY,
    GRACE_S,
    RECHECK_S,
    OutputDelivery,
    forget,
    remind,
)
from heavylift.webhooks.parking import CALLBACKS, RESEND_S


def resume_delivery(system: System, queue: JobQueue, reminder: Item) -> Counter[str]:
    """Send a message if the delivery is due, and set when to look again. Return counts, by metric."""
    job_id, now = reminder["pk"].removeprefix(JOB_PREFIX), system.clock.now()
    job = load_job(system.table, job_id)
    try:
        if job is None or job.deleted_at is not None or job.expires_at <= now or _is_settled(job):
            system.table.update(forget(job_id))
            return Counter()
        later = _find_later(job, now)
        check_at = now + RESEND_S if later is None else later
        system.table.update(remind(job, check_at, expected=reminder["check_at"]))
    except ConditionFailed:
        return Counter()  # another janitor has the turn, or the reminder has expired
    if later is not None:
        return Counter()
    queue.send(CALLBACKS, Message(job.id, DELIVERY), group=job.tenant)
    return Counter({"DeliveriesResumed": 1})


def _is_settled(job: Job) -> bool:
    return job.status == Status.DONE and OutputDelivery.of(job).settled


def _find_later(job: Job, now: float) -> float | None:
    """Return when the delivery is to be looked at again, if it is not due now."""
    if not job.ended:
        return max(job.deadline, now) + GRACE_S
    if job.status != Status.DONE:
        return now + RECHECK_S
    next_at = OutputDelivery.of(job).next_at
    return next_at if next_at is not None and next_at > now else None
