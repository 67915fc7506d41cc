"""The delivery state of a job's callback after each attempt to deliver it. Pure.

A retried job finishes more than once. Each finish is a separate webhook event, identified by the job's fence.
The record stores the delivery state of the latest one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Self

from heavylift.jobs.job import Job

LEASE_S = 60.0
"""How long an attempt excludes others: longer than a request takes (`webhooks/http_post.py`)."""
JITTER = 0.08
"""The largest share of a pause that is added to it at random."""
LAST_CHANCE_S = 60.0
"""A retry that would fall after the job expires is made this many seconds before expiry, as the last one."""
MAX_TRIED = 10
"""How many attempts are recorded with their time: the last ones."""
ACCEPTED = range(200, 300)
GONE = 410


class DeliveryState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    GONE = "gone"
    SKIPPED = "skipped"
    """The client did not choose this end of the job."""


def is_wanted(job: Job) -> bool:
    """Return whether the client has chosen the end that the job has; True for a job that has not ended."""
    return not job.ended or job.callback_on is None or job.status.lower() in job.callback_on


@dataclass(frozen=True)
class DeliveryResult:
    """The result of one attempt: the receiver's status, or why there is none."""

    status: int | None = None
    error: str | None = None
    """A sentence for the client; None after a success."""


@dataclass(frozen=True)
class Callback:
    """The delivery of one finish of a job, stored as the job's `callback`."""

    fence: int
    """The fence with which the job finished: identifies the event."""
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    last_status: int | None = None
    last_error: str | None = None
    next_at: float | None = None
    """No attempt is made before this time; seconds since 1970."""
    tried: list[dict[str, Any]] = field(default_factory=list)
    """The last attempts that have ended: `{"at": seconds since 1970, "status", "error"}`."""

    @classmethod
    def of(cls, job: Job) -> Self:
        """Return the stored state of the job's current fence, or a new one."""
        kept: Mapping[str, Any] = job.callback or {}
        if kept.get("fence") != job.fence:
            return cls(job.fence, DeliveryState.PENDING if is_wanted(job) else DeliveryState.SKIPPED)
        known = {each.name: kept[each.name] for each in fields(cls) if each.name in kept}
        return cls(**{**known, "state": DeliveryState(kept["state"])})

    @property
    def settled(self) -> bool:
        return self.state is not DeliveryState.PENDING

    def to_item(self) -> dict[str, Any]:
        """Return the state as the record stores it, without fields that are None or empty."""
        return {name: value for name, value in asdict(self).items() if value not in (None, [])}

    def claim(self, now: float) -> Self:
        """Return the state with one more attempt. It counts before it is made, in case the worker is lost."""
        return replace(self, attempts=self.attempts + 1, next_at=now + LEASE_S)

    def is_last_attempt(self, pauses: tuple[float, ...], now: float, expires_at: float) -> bool:
        """Return whether no attempt follows the current one, if it fails."""
        return self.attempts > len(pauses) or now >= expires_at - LAST_CHANCE_S

    def record_result(
        self,
        result: DeliveryResult,
        *,
        pauses: tuple[float, ...],
        now: float,
        expires_at: float,
        chance: float,
    ) -> Self:
        """Return the state after an attempt. `pauses`: seconds before each retry; `chance`: 0 to 1."""
        ended = {"at": now, "status": result.status, "error": result.error}
        tried = [*self.tried, {name: value for name, value in ended.items() if value is not None}]
        after = replace(
            self,
            last_status=result.status,
            last_error=result.error,
            next_at=None,
            tried=tried[-MAX_TRIED:],
        )
        if result.status in ACCEPTED:
            return replace(after, state=DeliveryState.DELIVERED)
        if result.status == GONE:
            return replace(after, state=DeliveryState.GONE)
        pause = self._next_pause(pauses, chance)
        next_at = min(now + pause, expires_at - LAST_CHANCE_S) if pause is not None else now
        if next_at <= now:
            return replace(after, state=DeliveryState.FAILED)
        return replace(after, next_at=next_at)

    def _next_pause(self, pauses: tuple[float, ...], chance: float) -> float | None:
        """Return the seconds until the next attempt; None after the last."""
        if self.attempts > len(pauses):
            return None
        return pauses[self.attempts - 1] * (1 + JITTER * chance)
