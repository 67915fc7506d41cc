"""The deletion of a finished job. Its record stays without content until it expires: a tombstone. Pure.

A worker that has not yet noticed a cancel may store objects after the deletion. So the janitor deletes them
once more when no invocation from before can still run. It finds tombstones in a partition of the open index.
"""

from __future__ import annotations

from heavylift.jobs.afterwards import OPEN_INDEX_ATTRIBUTES
from heavylift.jobs.job import OPEN_SHARDS, Job, shard_of
from heavylift.jobs.states import CANCELED, Phase
from heavylift.ports.table import Change, Is, Item, Key

CUT_OFF_S = 60.0
"""When the janitor goes on with a deletion whose end was not recorded."""
STRAY_S = 960.0
"""How long a worker may still store objects: Lambda ends an invocation after 900 s."""
CONTENT = (
    *("input", "sealed", "references", "result", "error", "outputs", "callback_url", "callback"),
    *("name", "reference", "tags", "plan", "parts_total", "parts_open", "total", "unsent"),
    *("log", "progress_text", "callback_on", "callback_headers", "wants"),
    *("deliver_url", "delivery"),
)


def deleted_partition(shard: int) -> str:
    return f"DELETED#{shard}"


DELETED_PARTITIONS = tuple(deleted_partition(shard) for shard in range(OPEN_SHARDS))


def delete(job: Job, *, now: float) -> Change:
    """Turn the record into a tombstone: without content, in no list. The new fence stops a retry.

    It still names the zip of the outputs, which is deleted next.
    """
    return Change(
        job.key,
        when=(Is("phase", "=", Phase.FINISHED), Is("fence", "=", job.fence), Is("deleted_at", "missing")),
        set={
            "deleted_at": now,
            "updated_at": now,
            "params": {},
            "attempts": [],
            "open_pk": deleted_partition(shard_of(job.id)),
            "check_at": now + CUT_OFF_S,
        },
        add={"fence": 1},
        remove=(*CONTENT, "tenant_pk", "dead_pk"),
    )


def erase_part(part: Item, *, now: float) -> Change:
    """Remove a part's content, and end it, so that no worker claims it. The table removes the item soon."""
    ended = {} if part["phase"] == Phase.FINISHED else CANCELED._asdict()
    return Change(
        Key(part["pk"], part["sk"]),
        set={"spec": {}, "outputs": [], "attempts": [], "expires_at": int(now), **ended},
        add={"fence": 1},
        remove=("result", "error", "log"),
    )


def await_strays(job: Job) -> Change:
    """Record that the objects are deleted. The janitor deletes once more what a late worker stores."""
    return Change(
        job.key,
        when=(Is("deleted_at", "=", job.deleted_at),),
        set={"check_at": (job.deleted_at or 0) + STRAY_S},
    )


def settle(job: Job) -> Change:
    """Record that the deletion is complete."""
    return Change(job.key, when=(Is("deleted_at", "=", job.deleted_at),), remove=OPEN_INDEX_ATTRIBUTES)
