"""Batches: a job of the task `batch`, and the jobs that are made for it. Pure.

A batch is running while its jobs are. Each end of one of them is counted once, on one of several counters.
The counters have different partition keys, so that no single item takes all writes.
An ended job stays in a partition of the open index until it is counted: if the stream's record is lost, the
janitor counts it.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from heavylift.jobs import states as moves
from heavylift.jobs.afterwards import OPEN_INDEX_ATTRIBUTES, STOPPING, UNCOUNTED
from heavylift.jobs.job import OPEN_SHARDS, Job
from heavylift.jobs.states import Status
from heavylift.jobs.transitions import (
    require_fence,
    require_source,
    retry,
    set_failure,
    set_target,
)
from heavylift.ports.table import Change, Is, Key

COUNTERS = 16
"""How many counters a batch has. DynamoDB takes 1,000 writes a second for one partition key."""
UNCOUNTED_PARTITIONS = tuple(f"{UNCOUNTED}#{shard}" for shard in range(OPEN_SHARDS))
STOPPING_PARTITIONS = (f"{STOPPING}#0",)
WINDOW_S = 600.0
MIN_WINDOW, MAX_WINDOW = 500, 10_000


def child_id(batch_id: str, position: int) -> str:
    """Return the id of a batch's job at a position, from 1: always the same, a UUIDv7 of the batch's time."""
    drawn = int.from_bytes(hashlib.sha256(f"{batch_id}#{position}".encode()).digest()[:10])
    value = (uuid.UUID(batch_id).int >> 80) << 80 | drawn
    # The position is in front of the random part: the jobs of a batch sort in their order.
    value = value & ~(0xFFF << 64) | (position >> 8 & 0xFFF) << 64
    value = value & ~(0xFF << 54) | (position & 0xFF) << 54
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def counter_key(batch_id: str, counter: int) -> Key:
    return Key(f"BATCH#{batch_id}#{counter}", "COUNT")


def counter_of(position: int) -> int:
    return position % COUNTERS


def share_of(counter: int, total: int) -> int:
    """Return how many of the positions from 1 to `total` one counter counts."""
    return len(range(counter or COUNTERS, total + 1, COUNTERS))


@dataclass(frozen=True)
class Counts:
    """The ends of a batch's jobs."""

    done: int = 0
    failed: int = 0
    canceled: int = 0
    mb_ms: int = 0
    """Megabytes times milliseconds of the workers: what the jobs cost."""

    @property
    def ended(self) -> int:
        return self.done + self.failed + self.canceled

    @classmethod
    def of(cls, items: Iterable[Mapping[str, Any]]) -> Counts:
        names = ("done", "failed", "canceled", "mb_ms")
        sums = dict.fromkeys(names, 0)
        for item in items:
            for name in names:
                sums[name] += item.get(name, 0)
        return cls(**sums)


def mark_counted(job: Job) -> Change:
    """Record that the end of a batch's job is counted. In one transaction with `count`."""
    deleted = Is("deleted_at", "exists" if job.deleted_at is not None else "missing")
    return Change(
        job.key,
        when=(Is("status", "=", job.status), require_fence(job.fence), Is("counted", "missing"), deleted),
        set={"counted": job.status},
        remove=() if job.deleted_at is not None else OPEN_INDEX_ATTRIBUTES,
    )


def count(job: Job) -> Change:
    """Count the end of a batch's job."""
    batch = _membership(job)
    return Change(
        counter_key(str(job.batch_id), counter_of(batch["position"])),
        set={"expires_at": batch["expires_at"]},
        add={str(job.status).lower(): 1, "mb_ms": job.billed_ms * (job.memory_mb or 0)},
        upsert=True,
    )


def uncount(job: Job) -> Change:
    """Take back a counted end, in one transaction with the retry of the job. Its cost stays counted."""
    batch = _membership(job)
    return Change(
        counter_key(str(job.batch_id), counter_of(batch["position"])),
        add={str(job.counted).lower(): -1, "mb_ms": -job.billed_ms * (job.memory_mb or 0)},
    )


def _membership(job: Job) -> dict[str, Any]:
    if job.batch is None:
        raise ValueError(f"the job {job.id} is in no batch")
    return job.batch


def record_made(batch: Job, *, done: int, total: int, now: float) -> Change:
    """Record how far the worker of a batch is, and how many jobs exist."""
    return Change(
        batch.key,
        when=(*require_source(moves.ADVANCE), require_fence(batch.fence)),
        set={"done": done, "made": max(done, batch.made or 0), "total": total, "updated_at": now},
    )


def reopen(batch: Job) -> Change:
    """Require that the batch is open, in one transaction with the retry of one of its jobs.

    The new number makes an end that was prepared meanwhile fail.
    """
    return Change(batch.key, when=(Is("status", "=", Status.PROCESSING),), add={"reopened": 1})


def end(batch: Job, counts: Counts, error: Mapping[str, Any] | None, *, now: float) -> Change:
    """End a batch all of whose jobs have ended: DONE, or FAILED with an error.

    Conditional on what was read before the counters were.
    """
    result = {"jobs": {"done": counts.done, "failed": counts.failed, "canceled": counts.canceled}}
    unchanged = Is("reopened", "=", batch.reopened) if batch.reopened else Is("reopened", "missing")
    move = moves.END_BATCH if error is None else moves.EXPIRE
    failure = {} if error is None else set_failure(batch, error, now, dead=False)
    return Change(
        batch.key,
        when=(*require_source(move), require_fence(batch.fence), Is("parts_open", ">", 0), unchanged),
        set={
            **set_target(move),
            "result": {**(batch.result or {}), **result},
            "done": counts.done,
            "updated_at": now,
            "ended_at": now,
            "lease_until": 0,
            **failure,
        },
        remove=OPEN_INDEX_ATTRIBUTES,
    )


def stop(batch: Job, error: Mapping[str, Any], *, now: float) -> Change:
    """Fail a batch at once, with jobs that have not ended: they are canceled next."""
    return Change(
        batch.key,
        when=require_source(moves.EXPIRE),
        set={
            **set_target(moves.EXPIRE),
            **set_failure(batch, error, now, dead=False),
            "open_pk": STOPPING_PARTITIONS[0],
            "check_at": now,
        },
    )


def put_off_stop(batch: Job, *, expected_check_at: float, check_at: float) -> Change:
    """Claim the janitor's turn at a batch whose jobs are to be canceled."""
    return Change(batch.key, when=(Is("check_at", "=", expected_check_at),), set={"check_at": check_at})


def mark_stopped(batch: Job) -> Change:
    """Record that no job of an ended batch is open."""
    return Change(
        batch.key,
        when=(Is("open_pk", "=", STOPPING_PARTITIONS[0]), require_fence(batch.fence)),
        remove=OPEN_INDEX_ATTRIBUTES,
    )


def retry_batch(batch: Job, *, now: float, deadline: float, expires_at: int) -> Change:
    """Queue an ended batch again: its worker makes the missing jobs and retries the failed ones."""
    again = retry(batch, now=now, deadline=deadline, expires_at=expires_at)
    return replace(
        again,
        set={**again.set, "done": 0},
        add={**again.add, "round": 1},
        remove=(*again.remove, "plan", "parts_total", "parts_open"),
    )


def window_of(ended: int, seconds: float) -> int:
    """Return how many jobs of a batch may be open at once: about ten minutes' work, as far as is known.

    `ended`: how many have ended in the last `seconds`. A job that waited longer than its deadline would fail.
    """
    known = ended / seconds * WINDOW_S if seconds > 0 else 0
    return int(min(MAX_WINDOW, max(MIN_WINDOW, known)))
