"""The pauses of a queue, and how they move the deadlines of its jobs. Pure.

A pause writes no job. Who finds a job past its deadline, the janitor or a worker, looks up the queue's
pauses first and adds the paused time to the deadline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from heavylift.jobs import states as moves
from heavylift.jobs.job import Job
from heavylift.jobs.transitions import require_fence, require_source
from heavylift.ports.table import Change, Is, Item, Key

MAX_PAUSES = 100
"""How many ended pauses a queue's record holds. Beyond them the two oldest become one, which is longer."""
MIN_STEP_S = 600.0
"""How far the deadline of a job moves at least while its queue is paused: each move is a write."""

Interval = tuple[float, float]


def queue_key(queue: str) -> Key:
    return Key(f"QUEUE#{queue}", "QUEUE")


@dataclass(frozen=True)
class Pauses:
    """Times are seconds since 1970, UTC."""

    ended: tuple[Interval, ...] = ()
    """Oldest first."""
    since: float | None = None
    """When the pause began that has not ended."""

    @classmethod
    def of(cls, item: Item | None) -> Self:
        found = item or {}
        return cls(tuple((begin, end) for begin, end in found.get("pauses", ())), found.get("paused_since"))

    def overlap(self, begin: float, end: float) -> float:
        """Return for how many seconds between `begin` and `end` the queue was paused."""
        ongoing = ((self.since, end),) if self.since is not None else ()
        shared = [min(end, last) - max(begin, first) for first, last in (*self.ended, *ongoing)]
        return float(sum(seconds for seconds in shared if seconds > 0))

    def find_uncounted(self, job: Job, now: float) -> float:
        """Return the seconds of pauses that are not in the job's deadline yet."""
        counted = job.ready_at if job.pauses_counted_until is None else job.pauses_counted_until
        return self.overlap(counted, now)


def begin_pause(queue: str, *, now: float) -> Change:
    """Record that the queue is paused, unless it is."""
    return Change(
        queue_key(queue), when=(Is("paused_since", "missing"),), set={"paused_since": now}, upsert=True
    )


def end_pause(queue: str, pauses: Pauses, *, now: float) -> Change:
    """Record the end of the pause. `pauses` are those that were read; the change fails if others began."""
    begun = pauses.since if pauses.since is not None else now
    ended = _merge_oldest([*pauses.ended, (begun, max(begun, now))])
    return Change(
        queue_key(queue),
        when=(Is("paused_since", "=", pauses.since),),
        set={"pauses": [list(each) for each in ended]},
        remove=("paused_since",),
    )


def _merge_oldest(ended: Sequence[Interval]) -> Sequence[Interval]:
    if len(ended) <= MAX_PAUSES:
        return ended
    return [(ended[0][0], ended[1][1]), *ended[2:]]


def move_deadline(job: Job, pauses: Pauses, *, now: float, latest: float) -> Change | None:
    """Return the write that adds the paused time to the deadline; None if there is none to add.

    `latest`: the deadline does not move beyond it. The job and its outputs are kept as much longer.
    """
    paused = pauses.find_uncounted(job, now)
    if paused <= 0:
        return None
    deadline = job.deadline + paused
    if pauses.since is not None:
        deadline = max(deadline, now + MIN_STEP_S)
    deadline = min(deadline, latest)
    if deadline <= job.deadline:
        return None
    return Change(
        job.key,
        when=(
            *require_source(moves.EXPIRE),
            require_fence(job.fence),
            Is("deadline", "=", job.deadline),
        ),
        set={
            "deadline": deadline,
            "expires_at": job.expires_at + int(deadline - job.deadline),
            "pauses_counted_until": now,
        },
    )
