"""Each move of `job.py` as a conditional write: the rules that keep the three promises.

A worker's own writes all carry its fence: once somebody else has claimed, they change nothing.
Every write of an open job also says when the janitor should next look at it (`check_at`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heavylift.jobs import job as moves
from heavylift.jobs.job import Claimable, Job, Move, Part, open_partition, shard_of
from heavylift.ports.table import AnyOf, Change, Condition, Is, Key

LEFT_OPEN_INDEX = ("open_pk", "check_at")
CHECK_GRACE_S = 15.0
"""How long after a lease or a backoff ends the queue is given before the janitor steps in."""


def _allowed(move: Move) -> tuple[Condition, ...]:
    return (
        Is("status", "in", sorted({state.status for state in move.sources})),
        Is("phase", "in", sorted({state.phase for state in move.sources})),
    )


def _to(move: Move) -> dict[str, Any]:
    return {"status": move.target.status, "phase": move.target.phase}


def _held(fence: int) -> Condition:
    return Is("fence", "=", fence)


def claim(key: Key, *, now: float, lease_until: float, deadline: float, **facts: Any) -> Change:
    """Take the unit: nobody holds it, it is in its time, and it does not wait for its parts.

    `deadline` is the job's as it was read: the janitor looks in then at the latest.
    """
    return Change(
        key,
        when=(
            *_allowed(moves.CLAIM),
            Is("lease_until", "<=", now),
            Is("deadline", ">", now),
            AnyOf((Is("parts_open", "missing"), Is("parts_open", "=", 0))),
        ),
        set={
            **_to(moves.CLAIM),
            "lease_until": lease_until,
            "claimed_at": now,
            "updated_at": now,
            "check_at": min(lease_until + CHECK_GRACE_S, deadline),
            **facts,
        },
        default={"started_at": now},
        add={"fence": 1, "attempt": 1},
    )


def advance(key: Key, fence: int, *, done: int, total: int, now: float) -> Change:
    return Change(
        key,
        when=(*_allowed(moves.ADVANCE), _held(fence)),
        set={"done": done, "total": total, "updated_at": now},
    )


def release(
    unit: Job | Part, *, now: float, again_at: float, failed: list[dict[str, Any]], billed_ms: int
) -> Change:
    """Give the unit back, to be taken again from `again_at` on. Without a failure it was no attempt."""
    return Change(
        unit.key,
        when=(*_allowed(moves.RELEASE), _held(unit.fence)),
        set={
            **_to(moves.RELEASE),
            "lease_until": 0,
            "updated_at": now,
            "check_at": min(again_at + CHECK_GRACE_S, unit.deadline),
        },
        add={"billed_ms": billed_ms, **({} if failed else {"attempt": -1})},
        append={"attempts": failed} if failed else {},
    )


def finish(
    key: Key,
    fence: int,
    *,
    result: Mapping[str, Any],
    outputs: Mapping[str, Any],
    done: int,
    now: float,
    billed_ms: int,
) -> Change:
    """The one way to DONE: every output listed has been stored before this is written."""
    return Change(
        key,
        when=(*_allowed(moves.FINISH), _held(fence)),
        set={
            **_to(moves.FINISH),
            "result": dict(result),
            "outputs": dict(outputs),
            "done": done,
            "total": done,
            "lease_until": 0,
            "updated_at": now,
            "ended_at": now,
        },
        add={"billed_ms": billed_ms},
        remove=LEFT_OPEN_INDEX,
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
    """FAILED by its own worker; `dead` if it failed although it was tried again."""
    return Change(
        job.key,
        when=(*_allowed(moves.FAIL), _held(job.fence)),
        set={
            **_to(moves.FAIL),
            **_ended_badly(job, error, now, dead=dead),
            "attempt": min(job.attempt, job.max_attempts),
        },
        add={"billed_ms": billed_ms},
        append={"attempts": failed},
        remove=LEFT_OPEN_INDEX,
    )


def abandon(job: Job, *, error: Mapping[str, Any], lost: list[dict[str, Any]], now: float) -> Change:
    """FAILED by someone who holds no fence: its time is over, or its last worker is lost.

    Conditional on the job as it was read, so that a worker who is just finishing wins.
    """
    return Change(
        job.key,
        when=(
            *_allowed(moves.EXPIRE),
            _held(job.fence),
            AnyOf((Is("deadline", "<=", now), Is("lease_until", "<=", now))),
        ),
        set={
            **_to(moves.EXPIRE),
            **_ended_badly(job, error, now, dead=True),
            "attempt": min(job.attempt, job.max_attempts),
        },
        append={"attempts": lost} if lost else {},
        remove=LEFT_OPEN_INDEX,
    )


def _ended_badly(job: Job, error: Mapping[str, Any], now: float, *, dead: bool) -> dict[str, Any]:
    ended = {"error": dict(error), "lease_until": 0, "updated_at": now, "ended_at": now}
    return {**ended, "dead_pk": f"DEAD#{job.tenant}"} if dead else ended


def cancel(job: Job, *, now: float) -> Change:
    """CANCELED at once; a worker that has it sees so at its next progress write."""
    return Change(
        job.key,
        when=_allowed(moves.CANCEL),
        set={**_to(moves.CANCEL), "lease_until": 0, "updated_at": now, "ended_at": now},
        remove=LEFT_OPEN_INDEX,
    )


def retry(job: Job, *, now: float, deadline: float, expires_at: int) -> Change:
    """A FAILED or CANCELED job once more, from its first attempt on; parts that are DONE stay so."""
    return Change(
        job.key,
        when=(*_allowed(moves.RETRY), _held(job.fence)),
        set={
            **_to(moves.RETRY),
            "attempt": 0,
            "attempts": [],
            "rescues": 0,
            "done": job.done if job.plan else 0,
            "updated_at": now,
            "deadline": deadline,
            "expires_at": expires_at,
            "open_pk": open_partition(job.task, shard_of(job.id)),
            "check_at": now + CHECK_GRACE_S,
        },
        add={"fence": 1},
        remove=("error", "ended_at", "dead_pk", "started_at"),
    )


def split(job: Job, fence: int, *, plan: str, parts: int, total: int, now: float, billed_ms: int) -> Change:
    """Fan out: the parts exist already; from here on they are what is worked on."""
    return Change(
        job.key,
        when=(*_allowed(moves.SPLIT), _held(fence)),
        set={
            "plan": plan,
            "parts_total": parts,
            "parts_open": parts,
            "total": total,
            "done": 0,
            "lease_until": 0,
            "updated_at": now,
            "check_at": now + CHECK_GRACE_S,
        },
        add={"attempt": -1, "billed_ms": billed_ms},
    )


def part_done(
    part: Claimable, *, result: Mapping[str, Any], outputs: list[dict[str, Any]], now: float
) -> Change:
    return Change(
        part.key,
        when=(*_allowed(moves.FINISH), _held(part.fence)),
        set={
            **_to(moves.FINISH),
            "result": dict(result),
            "outputs": outputs,
            "lease_until": 0,
            "ended_at": now,
        },
    )


def part_counted(job: Job, *, units: int, now: float, billed_ms: int) -> Change:
    """The other half of `part_done`, in the same transaction: each part is counted once."""
    return Change(
        job.key,
        when=(*_allowed(moves.COUNT), Is("plan", "=", job.plan), Is("parts_open", ">", 0)),
        set={**_to(moves.COUNT), "updated_at": now},
        add={"parts_open": -1, "done": units, "billed_ms": billed_ms},
    )


def part_failed(part: Part, *, error: Mapping[str, Any], failed: list[dict[str, Any]], now: float) -> Change:
    return Change(
        part.key,
        when=(*_allowed(moves.EXPIRE), _held(part.fence)),
        set={**_to(moves.EXPIRE), "error": dict(error), "lease_until": 0, "ended_at": now},
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
    """The other half of `part_failed`: a job can't be DONE without all of its parts."""
    return Change(
        job.key,
        when=(*_allowed(moves.EXPIRE), Is("plan", "=", job.plan)),
        set={**_to(moves.EXPIRE), **_ended_badly(job, error, now, dead=dead), "attempts": failed},
        add={"billed_ms": billed_ms},
        remove=LEFT_OPEN_INDEX,
    )


def guard_still_finished(job: Job, *, now: float) -> Change:
    """The other half of `part_again`: nobody else has retried the job meanwhile."""
    return Change(job.key, when=(*_allowed(moves.RETRY), _held(job.fence)), set={"updated_at": now})


def reset_part(part: Part, *, now: float, deadline: float, expires_at: int) -> Change:
    """A part that is not DONE, made ready for the retry of its job."""
    return Change(
        part.key,
        when=(_held(part.fence), Is("status", "<>", moves.DONE.status)),
        set={
            **_to(moves.RETRY),
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


def rescue(unit: Job | Part, *, seen_check_at: float, check_at: float, counts: bool) -> Change:
    """The janitor's turn at an open job or part; of two janitors, one gets it."""
    return Change(
        unit.key,
        when=(*_allowed(moves.EXPIRE), _held(unit.fence), Is("check_at", "=", seen_check_at)),
        set={"check_at": check_at},
        add={"rescues": 1} if counts else {},
    )
