"""The events of a job before it could run: it was scheduled, or waited for others."""

from __future__ import annotations

from collections.abc import Iterator

from heavylift.jobs.job import Job
from heavylift.jobs.states import Phase
from heavylift.service.event import Event, EventKind, count_of, to_iso


def tell_later(job: Job) -> Iterator[Event]:
    """Yield what kept the job from its queue."""
    if job.run_at is not None:
        text = f"The job is scheduled for {to_iso(job.run_at)}."
        yield Event(job.created_at, EventKind.SCHEDULED, text, {"run_at": to_iso(job.run_at)})
    if job.freed_at is not None or job.awaits is not None:
        count = count_of(len(job.after or []), "other job")
        data = {"after": job.after, "freed_at": to_iso(job.freed_at)}
        text = f"The job waits for {count}." if job.awaits else f"The job waited for {count}."
        yield Event(job.created_at, EventKind.WAITING, text, data)


def was_queued(job: Job, now: float) -> bool:
    """Return whether the job has come to its queue."""
    if job.phase == Phase.SCHEDULED:
        return is_due(job, now)
    if job.phase == Phase.WAITING or job.awaits is not None:
        return False
    return job.ended_at is None or job.ended_at >= job.ready_at


def is_due(job: Job, now: float) -> bool:
    """Return whether a scheduled job's time has come: its message is visible, its record is unchanged."""
    return job.phase == Phase.SCHEDULED and job.ready_at <= now
