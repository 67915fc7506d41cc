"""Each move of a part as a conditional write, and what it does to the part's job in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heavylift.jobs import states as moves
from heavylift.jobs.afterwards import leave_open_index
from heavylift.jobs.job import Claimable, Job, Part
from heavylift.jobs.transitions import (
    CHECK_GRACE_S,
    require_fence,
    require_source,
    set_failed_end,
    set_target,
)
from heavylift.ports.table import Change, Is


def finish_part(
    part: Claimable, *, result: Mapping[str, Any], outputs: list[dict[str, Any]], now: float
) -> Change:
    return Change(
        part.key,
        when=(*require_source(moves.FINISH), require_fence(part.fence)),
        set={
            **set_target(moves.FINISH),
            "result": dict(result),
            "outputs": outputs,
            "lease_until": 0,
            "ended_at": now,
        },
    )


def count_part(job: Job, *, units: int, now: float, billed_ms: int) -> Change:
    """Count a finished part on its job. In one transaction with `finish_part`, so it counts once."""
    return Change(
        job.key,
        when=(*require_source(moves.COUNT), Is("plan", "=", job.plan), Is("parts_open", ">", 0)),
        set={**set_target(moves.COUNT), "updated_at": now},
        add={"parts_open": -1, "done": units, "billed_ms": billed_ms},
    )


def fail_part(part: Part, *, error: Mapping[str, Any], failed: list[dict[str, Any]], now: float) -> Change:
    return Change(
        part.key,
        when=(*require_source(moves.EXPIRE), require_fence(part.fence)),
        set={**set_target(moves.EXPIRE), "error": dict(error), "lease_until": 0, "ended_at": now},
        append={"attempts": failed},
    )


def fail_job_of_part(
    job: Job,
    *,
    error: Mapping[str, Any],
    failed: list[dict[str, Any]],
    dead: bool,
    now: float,
    billed_ms: int,
) -> Change:
    """Fail the job of a failed part. In one transaction with `fail_part`."""
    return Change(
        job.key,
        when=(*require_source(moves.EXPIRE), Is("plan", "=", job.plan)),
        set={
            **set_failed_end(moves.EXPIRE, job, error, now, dead=dead),
            "attempts": failed,
        },
        add={"billed_ms": billed_ms},
        remove=leave_open_index(job),
    )


def guard_still_finished(job: Job, *, now: float) -> Change:
    """Require that the job is still finished. In one transaction with `reset_part`."""
    return Change(
        job.key, when=(*require_source(moves.RETRY), require_fence(job.fence)), set={"updated_at": now}
    )


def reset_part(part: Part, *, now: float, deadline: float, expires_at: int) -> Change:
    """Queue a part that is not DONE for the retry of its job."""
    return Change(
        part.key,
        when=(require_fence(part.fence), Is("status", "<>", moves.DONE.status)),
        set={
            **set_target(moves.RETRY),
            "attempt": 0,
            "attempts": [],
            "lease_until": 0,
            "deadline": deadline,
            "expires_at": expires_at,
            "check_at": now + CHECK_GRACE_S,
        },
        add={"fence": 1},
        remove=("error", "ended_at", "started_at"),
    )
