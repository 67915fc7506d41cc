"""What is kept and published of a failure. Pure."""

from __future__ import annotations

from typing import Any

from heavylift.errors import HeavyliftError, TaskError, WorkerLost
from heavylift.jobs.job import Claimable

MAX_DETAIL = 500


def retryable(error: Exception) -> bool:
    """Whether trying again may help; of an error that nobody foresaw it may."""
    return error.retryable if isinstance(error, HeavyliftError) else True


def problem(error: Exception) -> dict[str, Any]:
    """An error as a job shows it: `{"type", "title", "detail", "retryable"}`.

    Of an error we did not raise on purpose only its kind is told: its words may hold anything.
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
    """One failed attempt as the record keeps it."""
    return {"attempt": attempt, "error": problem(error), "started_at": started_at, "ended_at": ended_at}


def lost_attempts(
    unit: Claimable, now: float, *, through: int | None = None, seen: Claimable | None = None
) -> list[dict[str, Any]]:
    """Entries for the attempts of which nobody has said how they ended: before this one, or `through`.

    `seen` is the unit as it was while the attempt was going on: it tells when that began. A claim after the
    last attempt is none: it is there to end the unit.
    """
    known = {each["attempt"] for each in unit.attempts}
    last = unit.attempt - 1 if through is None else through
    return [
        failed_attempt(
            number,
            WorkerLost(),
            started_at=seen.claimed_at if seen and seen.attempt == number else None,
            ended_at=now,
        )
        for number in range(1, min(last, unit.max_attempts) + 1)
        if number not in known
    ]
