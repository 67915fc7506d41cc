"""What becomes of a job's callback: its state after each attempt to deliver it. Pure.

A job that is tried again ends again. Each of its ends is an event of its own, told by the fence it ended
with, and is delivered by itself; the record keeps the state of the newest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

from heavylift.jobs.job import Job

LEASE_S = 60.0
"""How long an attempt keeps others off: longer than it takes (`webhooks/http_post.py`)."""
JITTER = 0.08
"""At most so much of a pause is added to it."""
LAST_CHANCE_S = 60.0
"""The last attempt comes so long before the job expires, if its pause would have led beyond that."""
ACCEPTED = range(200, 300)
GONE = 410


class State(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True)
class Answer:
    """What came of one attempt: the receiver's status, or why there is none."""

    status: int | None = None
    error: str | None = None
    """A sentence for the job's owner; None after a success."""


@dataclass(frozen=True)
class Callback:
    """Stored whole as the job's `callback`, without what is None."""

    fence: int
    """Which end of the job it is about."""
    state: State = State.PENDING
    attempts: int = 0
    last_status: int | None = None
    last_error: str | None = None
    next_at: float | None = None
    """Nobody tries before this moment; seconds since 1970."""

    @classmethod
    def of(cls, job: Job) -> Self:
        """The state for the end that the job has come to, or is on its way to."""
        kept: Mapping[str, Any] = job.callback or {}
        if kept.get("fence") != job.fence:
            return cls(job.fence)
        return cls(**{**kept, "state": State(kept["state"])})

    @property
    def settled(self) -> bool:
        return self.state is not State.PENDING

    def stored(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}

    def claimed(self, now: float) -> Self:
        """One attempt more, which is counted before it is made: so that a worker's death counts too."""
        return replace(self, attempts=self.attempts + 1, next_at=now + LEASE_S)

    def answered(
        self, answer: Answer, *, pauses: tuple[float, ...], now: float, expires_at: float, chance: float
    ) -> Self:
        """The state after an attempt; `chance` is uniform from 0 to 1."""
        heard = replace(self, last_status=answer.status, last_error=answer.error, next_at=None)
        if answer.status in ACCEPTED:
            return replace(heard, state=State.DELIVERED)
        if answer.status == GONE:
            return replace(heard, state=State.GONE)
        pause = self._pause(pauses, chance)
        next_at = min(now + pause, expires_at - LAST_CHANCE_S) if pause is not None else now
        if next_at <= now:
            return replace(heard, state=State.FAILED)
        return replace(heard, next_at=next_at)

    def _pause(self, pauses: tuple[float, ...], chance: float) -> float | None:
        """Seconds to leave between this attempt and the next; None after the last."""
        if self.attempts > len(pauses):
            return None
        return pauses[self.attempts - 1] * (1 + JITTER * chance)
