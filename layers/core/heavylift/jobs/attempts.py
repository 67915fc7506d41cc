"""How a failure is stored and published. Pure."""

from __future__ import annotations

from typing import Any

from heavylift.errors import HeavyliftError, TaskError, WorkerLost
from heavylift.jobs.job import Claimable

MAX_DETAIL = 500


def is_retryable(error: Exception) -> bool:
    """Return whether a retry may help. An unexpected error is retryable."""
    return error.retryable if isinstance(error, HeavyliftError) else True


def to_problem(error: Exception) -> dict[str, Any]:
    """Return the error as a job publishes it: `{"type", "title", "detail", "retryable"}`.

    An unexpected error publishes only its class name, because its message may hold private data.
    """
    if not isinstance(error, HeavyliftError):
        kind = type(error).__name__
        error = TaskError(f"The task stopped with an unexpected {kind}; the worker's log has more.")
    return {
        "type": error.type,
        "title": error.title,
        "detail": error.detail[:MAX_DETAIL] or error.title,
        "retryable": error.retryable,
    }


def failed_attempt(
    attempt: int, error: Exception, *, started_at: float | None, ended_at: float
) -> dict[str, Any]:
    """Return one failed attempt as the job's record stores it."""
    return {"attempt": attempt, "error": to_problem(error), "started_at": started_at, "ended_at": ended_at}


def lost_attempts(
    unit: Claimable, now: float, *, through: int | None = None, before_claim: Claimable | None = None
) -> list[dict[str, Any]]:
    """Return a `worker-lost` entry for every earlier attempt that never reported an outcome.

    `through` is the last attempt to include; the default is the attempt before the current one.
    `before_claim` is the unit as read before the current claim: it gives the start time of the attempt that
    held it. A claim beyond `max_attempts` only ends the unit, so it gets no entry.
    """
    known = {each["attempt"] for each in unit.attempts}
    last = unit.attempt - 1 if through is None else through
    return [
        failed_attempt(
            number,
            WorkerLost(),
            started_at=before_claim.claimed_at if before_claim and before_claim.attempt == number else None,
            ended_at=now,
        )
        for number in range(1, min(last, unit.max_attempts) + 1)
        if number not in known
    ]
