"""Where an ended job stays in the open index. Pure."""

from __future__ import annotations

from typing import Any

from heavylift.jobs.job import BATCH_TASK, Job, shard_of

OPEN_INDEX_ATTRIBUTES = ("open_pk", "check_at")
UNCOUNTED = "UNCOUNTED"
"""The partitions of the open index with the ended jobs of batches that are not counted yet."""
STOPPING = "STOPPING"
"""The partitions with the ended batches that may have open jobs."""
COUNT_GRACE_S = 60.0
"""How long after an end the janitor leaves it to the table's stream."""


def set_afterwards(job: Job, now: float) -> dict[str, Any]:
    """Return where an ended job stays in the open index: in a batch until it is counted, as a batch until
    its jobs are canceled."""
    if job.batch is not None:
        partition = f"{UNCOUNTED}#{shard_of(job.id)}"
    elif job.task == BATCH_TASK:
        partition = f"{STOPPING}#0"
    else:
        return {}
    return {"open_pk": partition, "check_at": now + COUNT_GRACE_S}


def leave_open_index(job: Job) -> tuple[str, ...]:
    """Return the attributes that an end removes."""
    return OPEN_INDEX_ATTRIBUTES if not set_afterwards(job, 0) else ()
