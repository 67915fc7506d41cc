"""The early expiry of a job with `expire_in`: an item beside the record, in the janitor's index. Pure.

A job may end at any time, and be retried. So the item says when to look at the job, and the janitor looks
again until `expire_in` is over since the end. Then it deletes the job as if the client did. The record's own
place in the index is for other things: open jobs, callbacks and deletions.
"""

from __future__ import annotations

from heavylift.jobs.deletion import deleted_partition
from heavylift.jobs.job import Job, gone_at_of, shard_of
from heavylift.jobs.transitions import OPEN_INDEX_ATTRIBUTES
from heavylift.ports.table import Change, Is, Item, Key

EXPIRY = "EXPIRY"
"""The `sk` of the item."""
MIN_S = 60
"""The shortest `expire_in`, in seconds: the janitor looks once a minute."""


def expiry_item(job: Job, expires_at: int) -> Item:
    """Return the item of a new job with `expire_in`. The table removes it after `expires_at`."""
    return {
        "pk": job.pk,
        "sk": EXPIRY,
        "open_pk": deleted_partition(shard_of(job.id)),
        "check_at": job.created_at + (job.expire_in or 0),
        "expires_at": expires_at,
    }


def look_again(item: Item, job: Job, *, now: float) -> Change:
    """Look again when the job expires. An open one can't expire before `expire_in` from now is over."""
    check_at = gone_at_of(vars(job)) if job.ended else now + (job.expire_in or 0)
    return Change(_key(item), when=(Is("check_at", "=", item["check_at"]),), set={"check_at": check_at})


def stop_looking(item: Item) -> Change:
    """Take the item out of the index: its job is deleted, or gone."""
    return Change(_key(item), when=(Is("pk", "exists"),), remove=OPEN_INDEX_ATTRIBUTES)


def _key(item: Item) -> Key:
    return Key(item["pk"], item["sk"])
