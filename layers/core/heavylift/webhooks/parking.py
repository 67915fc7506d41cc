"""Callbacks that wait long for their next attempt: in the janitor's index, not in the queue. Pure.

A message that waits in SQS is in flight, and a queue with about 120,000 of those gives out no other. So when
a long pause begins, the message is deleted. The job's record has the time of the next attempt as `check_at`,
in a partition of the open index of its own. The janitor sends a message when that time has come.
"""

from __future__ import annotations

from typing import Any

from heavylift.jobs.afterwards import OPEN_INDEX_ATTRIBUTES
from heavylift.jobs.job import OPEN_SHARDS, Job, shard_of
from heavylift.ports.table import Change, Is
from heavylift.webhooks.delivery_state import Callback

CALLBACKS = "callbacks"
"""The name of the queue of callbacks, after its prefix."""
MAX_HIDDEN_S = 900.0
"""The longest time that a message waits in the queue. A longer pause is parked."""
RESEND_S = 900.0
"""When the janitor sends a message again whose delivery was not recorded."""


def parked_partition(shard: int) -> str:
    return f"CALLBACK#{shard}"


PARKED_PARTITIONS = tuple(parked_partition(shard) for shard in range(OPEN_SHARDS))


def is_parked(callback: Callback, now: float) -> bool:
    """Return whether the callback waits too long for a message to wait with it."""
    return callback.next_at is not None and callback.next_at - now > MAX_HIDDEN_S


def store_callback(job: Job, callback: Callback, now: float) -> Change:
    """Write the callback's state, unless the record's has changed since `job` was read.

    Writes nothing else of the job, but puts its record into the janitor's index or takes it out.
    """
    parked: dict[str, Any] = {}
    if is_parked(callback, now):
        parked = {"open_pk": parked_partition(shard_of(job.id)), "check_at": callback.next_at}
    unchanged = Is("callback", "missing") if job.callback is None else Is("callback", "=", job.callback)
    return Change(
        job.key,
        when=(Is("fence", "=", job.fence), Is("phase", "=", job.phase), unchanged),
        set={"callback": callback.to_item(), **parked},
        remove=() if parked else OPEN_INDEX_ATTRIBUTES,
    )


def claim_turn(job: Job, partition: str, *, expected_check_at: float, now: float) -> Change:
    """Claim the janitor's turn at a parked callback. Of two janitors, only one succeeds."""
    return Change(
        job.key,
        when=(Is("open_pk", "=", partition), Is("check_at", "=", expected_check_at)),
        set={"check_at": now + RESEND_S},
    )


def unpark(job: Job, partition: str) -> Change:
    """Take the record of a callback that has nothing left to deliver out of the janitor's index."""
    return Change(job.key, when=(Is("open_pk", "=", partition),), remove=OPEN_INDEX_ATTRIBUTES)
