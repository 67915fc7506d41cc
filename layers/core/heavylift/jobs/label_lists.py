"""The lists of the jobs that have a label: a partition of the table for each reference and tag. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from heavylift.jobs.job import Job
from heavylift.ports.table import Change, Item, Key


def label_partitions(tenant: str, reference: str | None, tags: Sequence[str]) -> list[str]:
    """Return the table's partitions for a tenant's jobs with this reference, and with each of these tags."""
    named = [("REFERENCE", reference)] if reference else []
    return [f"{kind}#{tenant}#{text}" for kind, text in [*named, *(("TAG", tag) for tag in tags)]]


def label_items(job: Job, expires_at: int) -> list[Item]:
    """Return the items that list the job under its reference and its tags."""
    return [{"pk": partition, "sk": job.id, "expires_at": expires_at} for partition in _partitions_of(job)]


def expire_labels(job: Job, *, now: float) -> list[Change]:
    """Return the changes with which the table removes the job from the lists of its labels."""
    return [
        Change(Key(partition, job.id), set={"expires_at": int(now)}, upsert=True)
        for partition in _partitions_of(job)
    ]


def _partitions_of(job: Job) -> list[str]:
    return label_partitions(job.tenant, job.reference, job.tags or [])
