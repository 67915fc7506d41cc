"""Jobs that run later: at a time (scheduled), or once other jobs have ended (waiting). Pure.

No message of them is in a queue. The janitor finds them in a partition of the open index of their own, so
no line of a queue counts them. For the last minutes before its time, a scheduled job goes to the partition of
its task, and its message into the queue, which hides it until then.

A waiting job has an edge at each job that it waits for: an item of that job, with the waiting job's id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from heavylift.jobs import states as moves
from heavylift.jobs.afterwards import leave_open_index
from heavylift.jobs.job import JOB_PREFIX, OPEN_SHARDS, Job, open_partition, shard_of
from heavylift.jobs.states import Phase
from heavylift.jobs.transitions import (
    CHECK_GRACE_S,
    OF_AN_END,
    require_fence,
    require_retryable,
    require_source,
    set_failed_end,
    set_first_attempt,
    set_target,
)
from heavylift.ports.table import Change, Is, Item, Key

DAY_S = 86_400.0
MAX_DELAY_S = 30 * DAY_S
"""How far ahead a job may be scheduled."""
MAX_WAIT_S = 31 * DAY_S
"""How long a job may wait for others. The bucket keeps what is below `later/` as long."""
WAIT_MARGIN_S = 300.0
"""How long after the deadline of the last job that it waits for a job gives up: a few janitor's sweeps."""
NEAR_S = 43_200.0
"""A job that runs later than this from its submission needs its objects below `later/`.

The bucket keeps all other objects a day longer than `Settings.objects_live_until` says.
"""
QUEUED_AHEAD_S = 900.0
"""How long before its time a job's message may be in the queue: the longest delay of SQS."""
EARLY_S = 60.0
"""How much sooner the janitor comes than `QUEUED_AHEAD_S` says: it runs once a minute."""
EDGE_PREFIX = "NEXT#"


def later_partition(shard: int) -> str:
    return f"LATER#{shard}"


LATER_PARTITIONS = tuple(later_partition(shard) for shard in range(OPEN_SHARDS))


def place_in_index(job: Job, now: float) -> dict[str, Any]:
    """Return the open index's attributes of a new job: which partition, and when the janitor checks it."""
    in_queue = {"open_pk": open_partition(job.task, shard_of(job.id))}
    later = {"open_pk": later_partition(shard_of(job.id))}
    if job.phase == Phase.WAITING:
        return {**later, "check_at": now + CHECK_GRACE_S}
    if job.run_at is None or job.phase != Phase.SCHEDULED:
        return {**in_queue, "check_at": min(now + CHECK_GRACE_S, job.deadline)}
    if is_near(job, now):
        return {**in_queue, "check_at": job.run_at + CHECK_GRACE_S}
    return {**later, "check_at": job.run_at - QUEUED_AHEAD_S + EARLY_S}


def is_near(job: Job, now: float) -> bool:
    """Return whether a scheduled job's message can be in its queue until its time comes."""
    return job.run_at is not None and job.run_at - now <= QUEUED_AHEAD_S


def approach(job: Job, *, expected_check_at: float) -> Change:
    """Put a scheduled job into the partition of its task, before its message is sent with a delay."""
    return Change(
        job.key,
        when=(
            *require_source(moves.APPROACH),
            require_fence(job.fence),
            Is("check_at", "=", expected_check_at),
        ),
        set={
            "open_pk": open_partition(job.task, shard_of(job.id)),
            "check_at": (job.run_at or 0) + CHECK_GRACE_S,
        },
    )


def latest_end(upstream: Iterable[Job]) -> float:
    """Return when the last of these jobs has ended in any case, and the janitor has seen it."""
    return max(job.deadline for job in upstream) + WAIT_MARGIN_S


def edge_key(upstream_id: str, waiting_id: str) -> Key:
    return Key(f"{JOB_PREFIX}{upstream_id}", f"{EDGE_PREFIX}{waiting_id}")


def waiting_id_of(edge: Item) -> str:
    """Return the id of the job that waits."""
    return str(edge["sk"]).removeprefix(EDGE_PREFIX)


def wanted_ids(job: Job) -> list[str]:
    """Return the ids of the jobs whose outputs it needs."""
    return list(dict.fromkeys(want["job"] for want in job.wants or []))


def upstream_of(job: Job) -> list[str]:
    """Return the ids of the jobs that it awaits, and of those whose outputs it needs."""
    return list(dict.fromkeys([*(job.awaits or []), *wanted_ids(job)]))


def put_edge(upstream_id: str, waiting: Job) -> Change:
    """Write the edge. A job that waits again writes it again."""
    key = edge_key(upstream_id, waiting.id)
    return Change(key, set={"expires_at": waiting.expires_at}, upsert=True)


def mark_awaited(upstream: Job) -> Change:
    """Mark an open job, so that the stream passes its end on. In one transaction with the edge.

    Fails if the job has ended: then its end would not be passed on.
    """
    return Change(
        upstream.key,
        when=(Is("phase", "in", sorted({state.phase for state in moves.OPEN_STATES})),),
        set={"awaited": True},
    )


def keep_waiting(job: Job, *, awaits: list[str]) -> Change:
    """Record which jobs have not ended yet: the record of one that has may expire before the others end."""
    return Change(
        job.key,
        when=(*require_source(moves.STAY), require_fence(job.fence)),
        set={"awaits": awaits},
    )


def longest_wait(job: Job) -> float:
    """Return until when a job may wait: as long as its objects are kept."""
    return job.created_at + (MAX_WAIT_S if job.far else NEAR_S)


def wait_longer(job: Job, waits_until: float) -> Change:
    """Move the end of a wait, as those of the jobs that it waits for have moved: by a pause, or a retry."""
    more = waits_until - (job.waits_until or waits_until)
    return Change(
        job.key,
        when=(
            *require_source(moves.STAY),
            require_fence(job.fence),
            Is("waits_until", "=", job.waits_until),
        ),
        set={
            "waits_until": waits_until,
            "deadline": job.deadline + more,
            "expires_at": job.expires_at + int(more),
        },
    )


def free(job: Job, found: Mapping[str, Any], *, now: float) -> Change:
    """Queue a job that waits for nothing more. `found`: the `input` and `references` that it wanted."""
    deadline = min(job.deadline, now + job.deadline - (job.waits_until or now))
    return Change(
        job.key,
        when=(*require_source(moves.FREE), require_fence(job.fence)),
        set={
            **set_target(moves.FREE),
            "freed_at": now,
            "updated_at": now,
            "deadline": deadline,
            "expires_at": int(deadline + (job.expires_at - job.deadline)),
            "open_pk": open_partition(job.task, shard_of(job.id)),
            "check_at": min(now + CHECK_GRACE_S, deadline),
            "pauses_counted_until": now,
            **found,
        },
        remove=("awaits", "wants", "waits_until"),
    )


def give_up(job: Job, error: Mapping[str, Any], *, now: float, dead: bool) -> Change:
    """Set a waiting job FAILED. It keeps what it waited for: a retry lets it wait again."""
    return Change(
        job.key,
        when=(*require_source(moves.GIVE_UP), require_fence(job.fence)),
        set=set_failed_end(moves.GIVE_UP, job, error, now, dead=dead),
        remove=leave_open_index(job),
    )


def wait_again(
    job: Job, *, awaits: list[str], waits_until: float, now: float, deadline: float, expires_at: int
) -> Change:
    """Let a FAILED or CANCELED job that was never freed wait again."""
    return Change(
        job.key,
        when=require_retryable(job),
        set={
            **set_target(moves.WAIT_AGAIN),
            **set_first_attempt(job, now=now, deadline=deadline, expires_at=expires_at),
            "awaits": awaits,
            "waits_until": waits_until,
            "open_pk": later_partition(shard_of(job.id)),
            "check_at": now + CHECK_GRACE_S,
        },
        add={"fence": 1},
        remove=OF_AN_END,
    )
