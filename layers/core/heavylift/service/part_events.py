"""The events of a job's parts: each by itself while they are few, else their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from heavylift.job_store.parts import load_parts
from heavylift.jobs.job import Job, Part
from heavylift.jobs.notes import MAX_LINES
from heavylift.jobs.states import Phase, Status
from heavylift.ports.system import System
from heavylift.service.attempt_events import (
    number_of,
    tell_claims,
    tell_failures,
    tell_log,
    tell_returns,
)
from heavylift.service.event import Event, EventKind, count_of, sort_events

MAX_LISTED = 20
"""How many parts a job may have for each to have its own events."""
MAX_READ = 1000
"""How many parts of a job are read: about a megabyte."""
MAX_FAILURES = 50
"""How many failed attempts are listed of a job with more parts: the last ones."""


@dataclass(frozen=True)
class Parts:
    """The parts of a job as they were read."""

    read: list[Part]
    total: int

    @property
    def complete(self) -> bool:
        return len(self.read) == self.total


def read_parts(system: System, job: Job) -> Parts:
    """Return the parts of the job's current plan: at most `MAX_READ` of them."""
    if job.plan is None:
        return Parts([], 0)
    return Parts(list(islice(load_parts(system, job), MAX_READ)), job.parts_total or 0)


def tell_parts(job: Job, parts: Parts, *, after: float) -> Iterator[Event]:
    """Yield the events of the parts. `after`: when the job's current run began."""
    if parts.total <= MAX_LISTED:
        for part in parts.read:
            # A part that is DONE keeps its times when its job is retried.
            begin = 0.0 if part.status == Status.DONE else after
            yield from tell_claims(part, after=begin)
            yield from tell_failures(part)
            yield from tell_returns(part, after=begin)
            yield from tell_log(part)
            if part.status == Status.DONE and part.ended_at:
                text = f"Part {number_of(part)} of {parts.total} is done."
                yield Event(part.ended_at, EventKind.PART_DONE, text, {"part": number_of(part)})
        return
    failures = [event for part in parts.read for event in tell_failures(part)]
    yield from sort_events(failures)[-MAX_FAILURES:]
    lines = [event for part in parts.read for event in tell_log(part)]
    yield from sort_events(lines)[-MAX_LINES:]
    yield _count_parts(job, parts)


def _count_parts(job: Job, parts: Parts) -> Event:
    """Return one event with the numbers of the parts, at the time of the last news of them."""
    phases = Counter(part.phase for part in parts.read)
    done = parts.total - (job.parts_open or 0)
    times = [at for part in parts.read for at in (part.ended_at, part.claimed_at) if at]
    at = max([*times, job.split_at or job.created_at])
    running = phases[Phase.RUNNING]
    data = {"total": parts.total, "done": done, "running": running, "read": len(parts.read)}
    some = "" if parts.complete else f", of the first {len(parts.read):,}"
    text = f"{done:,} of {count_of(parts.total, 'part')} are done; {running:,} run{some}."
    return Event(at, EventKind.PARTS, text, data)
