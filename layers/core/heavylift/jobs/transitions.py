"""Each move of `states.py` as a conditional write.

Every write of a worker is conditional on its fence: after another worker's claim the write changes nothing.
Every write of an open job also sets `check_at`, the time of the janitor's next check.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heavylift.jobs import states as moves
from heavylift.jobs.afterwards import leave_open_index, set_afterwards
from heavylift.jobs.job import PART_PREFIX, Job, Part, open_partition, shard_of
from heavylift.jobs.states import Move
from heavylift.ports.table import AnyOf, Change, Condition, Is, Key

OF_AN_END = ("error", "ended_at", "dead_pk", "started_at", "progress_text")
"""What a retry removes."""
CHECK_GRACE_S = 15.0
"""How long after a lease or a backoff ends the janitor leaves the job to its queue."""


def require_source(move: Move) -> tuple[Condition, ...]:
    return (
        Is("status", "in", sorted({state.status for state in move.sources})),
        Is("phase", "in", sorted({state.phase for state in move.sources})),
    )


def set_target(move: Move) -> dict[str, Any]:
    return {"status": move.target.status, "phase": move.target.phase}


def require_fence(fence: int) -> Condition:
    return Is("fence", "=", fence)


def claim(key: Key, *, now: float, lease_until: float, deadline: float, **facts: Any) -> Change:
    """Claim a job or part that has no valid lease, may run, is before its deadline and has no open parts.

    `deadline` is the job's deadline as read: the janitor's next check is not later. A part gets it, too: the
    job's may have moved.
    """
    of_a_part = key.sk.startswith(PART_PREFIX)
    return Change(
        key,
        when=(
            *require_source(moves.CLAIM),
            Is("lease_until", "<=", now),
            *(() if of_a_part else (Is("deadline", ">", now),)),
            AnyOf((Is("run_at", "missing"), Is("run_at", "<=", now))),
            AnyOf((Is("parts_open", "missing"), Is("parts_open", "=", 0))),
        ),
        set={
            **set_target(moves.CLAIM),
            "lease_until": lease_until,
            "claimed_at": now,
            "updated_at": now,
            "check_at": min(lease_until + CHECK_GRACE_S, deadline),
            **({"deadline": deadline} if of_a_part else {}),
            **facts,
        },
        default={"started_at": now},
        add={"fence": 1, "attempt": 1},
        remove=("progress_text",),
    )


def advance(key: Key, fence: int, *, done: int, total: int, now: float) -> Change:
    return Change(
        key,
        when=(*require_source(moves.ADVANCE), require_fence(fence)),
        set={"done": done, "total": total, "updated_at": now},
    )


def set_input(key: Key, fence: int, *, found: Mapping[str, Any], now: float) -> Change:
    """Record the input that the worker has fetched and stored. Later attempts and parts read the copy."""
    return Change(
        key,
        when=(*require_source(moves.ADVANCE), require_fence(fence)),
        set={"input": dict(found), "updated_at": now},
    )


def release(
    unit: Job | Part, *, now: float, again_at: float, failed: list[dict[str, Any]], billed_ms: int
) -> Change:
    """Return the unit to the queue until `again_at`. Without a failure the attempt does not count.

    A job whose split took effect, although its call failed, is left to its parts.
    """
    plan = getattr(unit, "plan", None)
    same_plan = Is("plan", "missing") if plan is None else Is("plan", "=", plan)
    return Change(
        unit.key,
        when=(*require_source(moves.RELEASE), require_fence(unit.fence), same_plan),
        set={
            **set_target(moves.RELEASE),
            "lease_until": 0,
            "updated_at": now,
            "check_at": min(again_at + CHECK_GRACE_S, unit.deadline),
            "again_at": again_at,
            **({} if failed else {"released_at": now}),
        },
        add={"billed_ms": billed_ms, **({} if failed else {"attempt": -1})},
        append={"attempts": failed} if failed else {},
    )


def finish(
    job: Job,
    *,
    result: Mapping[str, Any],
    outputs: Mapping[str, Any],
    done: int,
    now: float,
    billed_ms: int,
    **facts: Any,
) -> Change:
    """Set the job DONE. Every output in the manifest is stored before this write."""
    return Change(
        job.key,
        when=(*require_source(moves.FINISH), require_fence(job.fence)),
        set={
            **set_target(moves.FINISH),
            "result": dict(result),
            "outputs": dict(outputs),
            "done": done,
            "total": done,
            "lease_until": 0,
            "updated_at": now,
            "ended_at": now,
            **set_afterwards(job, now),
            **facts,
        },
        add={"billed_ms": billed_ms},
        remove=(*leave_open_index(job), "progress_text"),
    )


def fail(
    job: Job,
    *,
    error: Mapping[str, Any],
    failed: list[dict[str, Any]],
    dead: bool,
    now: float,
    billed_ms: int,
) -> Change:
    """Set the job FAILED, by the worker that holds it. `dead` makes it a dead letter."""
    return Change(
        job.key,
        when=(*require_source(moves.FAIL), require_fence(job.fence)),
        set={
            **set_failed_end(moves.FAIL, job, error, now, dead=dead),
            "attempt": min(job.attempt, job.max_attempts),
        },
        add={"billed_ms": billed_ms},
        append={"attempts": failed},
        remove=leave_open_index(job),
    )


def abandon(job: Job, *, error: Mapping[str, Any], lost: list[dict[str, Any]], now: float) -> Change:
    """Set the job FAILED without holding its fence: its deadline has passed or its last worker is lost.

    Conditional on the job as it was read, so that a worker that finishes at the same time wins.
    """
    return Change(
        job.key,
        when=(
            *require_source(moves.EXPIRE),
            require_fence(job.fence),
            Is("deadline", "=", job.deadline),
            AnyOf((Is("deadline", "<=", now), Is("lease_until", "<=", now))),
        ),
        set={
            **set_failed_end(moves.EXPIRE, job, error, now, dead=True),
            "attempt": min(job.attempt, job.max_attempts),
        },
        append={"attempts": lost} if lost else {},
        remove=leave_open_index(job),
    )


def set_failed_end(
    move: Move, job: Job, error: Mapping[str, Any], now: float, *, dead: bool
) -> dict[str, Any]:
    """Return what a failure sets: the state, the error, and where the janitor still finds the job."""
    return {
        **set_target(move),
        **set_failure(job, error, now, dead=dead),
        **set_afterwards(job, now),
    }


def set_failure(job: Job, error: Mapping[str, Any], now: float, *, dead: bool) -> dict[str, Any]:
    ended = {"error": dict(error), "lease_until": 0, "updated_at": now, "ended_at": now}
    return {**ended, "dead_pk": f"DEAD#{job.tenant}"} if dead else ended


def cancel(job: Job, *, now: float) -> Change:
    """Set the job CANCELED. Its worker notices at its next progress write."""
    return Change(
        job.key,
        when=require_source(moves.CANCEL),
        set={
            **set_target(moves.CANCEL),
            "lease_until": 0,
            "updated_at": now,
            "ended_at": now,
            **set_afterwards(job, now),
        },
        remove=leave_open_index(job),
    )


def retry(job: Job, *, now: float, deadline: float, expires_at: int) -> Change:
    """Queue a FAILED or CANCELED job again from its first attempt. DONE parts stay DONE.

    A scheduled job does not wait for its time any more.
    """
    return Change(
        job.key,
        when=require_retryable(job),
        set={
            **set_target(moves.RETRY),
            **set_first_attempt(job, now=now, deadline=deadline, expires_at=expires_at),
            "open_pk": open_partition(job.task, shard_of(job.id)),
            "check_at": now + CHECK_GRACE_S,
            **({"run_at": now} if job.run_at is not None and job.run_at > now else {}),
        },
        add={"fence": 1},
        remove=OF_AN_END,
    )


def require_retryable(job: Job) -> tuple[Condition, ...]:
    return (*require_source(moves.RETRY), require_fence(job.fence), Is("deleted_at", "missing"))


def set_first_attempt(job: Job, *, now: float, deadline: float, expires_at: int) -> dict[str, Any]:
    """Return what a retry sets, besides the state."""
    return {
        "attempt": 0,
        "attempts": [],
        "rescues": 0,
        "done": job.done if job.plan else 0,
        "updated_at": now,
        "retried_at": now,
        "deadline": deadline,
        "pauses_counted_until": now,
        "expires_at": expires_at,
    }


def split(job: Job, *, plan: str, parts: int, total: int, now: float, billed_ms: int, **facts: Any) -> Change:
    """Put the plan in force. The parts already exist; from now on workers claim them instead of the job."""
    return Change(
        job.key,
        when=(*require_source(moves.SPLIT), require_fence(job.fence)),
        set={
            "plan": plan,
            "parts_total": parts,
            "parts_open": parts,
            "split_at": now,
            "total": total,
            "done": 0,
            "lease_until": 0,
            "updated_at": now,
            "check_at": now + CHECK_GRACE_S,
            **facts,
        },
        add={"attempt": -1, "billed_ms": billed_ms},
    )


def mark_unsent(job: Job) -> Change:
    """Mark an open job of which a message could not be sent. A send may fail after the job has ended."""
    return Change(job.key, when=require_source(moves.EXPIRE), set={"unsent": True})


def rescue(
    unit: Job | Part, *, expected_check_at: float, check_at: float, now: float, counts: bool
) -> Change:
    """Claim the janitor's turn at an open job or part. Of two janitors, only one succeeds."""
    return Change(
        unit.key,
        when=(
            *require_source(moves.EXPIRE),
            require_fence(unit.fence),
            Is("check_at", "=", expected_check_at),
        ),
        set={"check_at": check_at, **({"rescued_at": now} if counts else {})},
        add={"rescues": 1} if counts else {},
        remove=("unsent",),
    )
