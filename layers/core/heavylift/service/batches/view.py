"""A batch as clients see it: its job, and how its jobs stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from heavylift.errors import NotFound
from heavylift.job_store.batch_counts import load_counts
from heavylift.jobs.batches import Counts, child_id
from heavylift.jobs.job import BATCH_TASK, Job, job_key
from heavylift.jobs.states import Status
from heavylift.ports.system import System
from heavylift.service.find import find_job
from heavylift.service.job_view import USD_PER_GB_SECOND, AnyJobView, view
from heavylift.service.times import to_datetime

MIN_ENDED = 5
"""How many jobs must have ended before an estimate is made."""


class BatchJobs(BaseModel):
    """How the jobs of a batch stand."""

    total: int | None = Field(description="Null until the items are checked", examples=[500])
    made: int = Field(description="How many exist. They are made as fast as they end", examples=[500])
    open: int = Field(description="Of these, those that are queued or running", examples=[120])
    done: int = Field(examples=[378])
    failed: int = Field(examples=[2])
    canceled: int = Field(examples=[0])


class SkippedItem(BaseModel):
    number: int = Field(description="The item's number, or its line in the manifest; from 1")
    detail: str


class BatchView(AnyJobView):
    # Not "Batch": a generated client has a variable of the title, beside the field `batch`.
    model_config = ConfigDict(title="BatchDetail")

    jobs: BatchJobs
    cost_usd: float = Field(description="Lambda time of the jobs that have ended, at the list price")
    estimated_end: datetime | None = Field(description="When it may end, by the pace until now")
    skipped: int = Field(description="How many items were left out, with `on_invalid`: `skip`")
    skipped_items: list[SkippedItem] = Field(description="The first of these")


def find_batch(system: System, tenant: str, batch_id: str) -> Job:
    """Return the batch. Raises NotFound if the tenant has none with this id, and Gone."""
    job = find_job(system, tenant, batch_id)
    if job.task != BATCH_TASK:
        raise NotFound(f"The job {batch_id} is not a batch.")
    return job


def view_batch(system: System, batch: Job, base_path: str) -> BatchView:
    """Return the batch as clients see it. The counts are those of now: one read, whatever its size."""
    counts = load_counts(system.table, batch.id)
    made = batch.made or 0
    shown: dict[str, Any] = dict(view(batch, base_path))
    del shown["batch"]  # a batch is in no other
    shown["progress"] = shown["progress"].model_copy(update={"done": counts.ended, "total": batch.total})
    shown["result"] = None if not batch.ended else shown["result"]
    result = batch.result or {}
    return BatchView(
        **shown,
        jobs=BatchJobs(
            total=batch.total,
            made=made,
            open=max(0, made - counts.ended),
            done=counts.done,
            failed=counts.failed,
            canceled=counts.canceled,
        ),
        cost_usd=round(counts.mb_ms / 1024 / 1000 * USD_PER_GB_SECOND, 9),
        estimated_end=_estimate_end(system, batch, counts),
        skipped=result.get("skipped", 0),
        skipped_items=[SkippedItem(**each) for each in result.get("faults", [])],
    )


def list_jobs(
    system: System, batch: Job, *, after: int, limit: int, status: Status | None = None
) -> tuple[list[Job], int | None]:
    """Return jobs of the batch in the order of its items, from the position behind `after`.

    And the position to go on from; None at the end. One call reads at most 100 records.
    """
    last = min(after + limit, batch.made or 0)
    keys = [job_key(child_id(batch.id, position)) for position in range(after + 1, last + 1)]
    found = system.table.get_many(keys) if keys else {}
    jobs = [Job.of(found[key]) for key in keys if key in found]
    shown = [job for job in jobs if job.deleted_at is None and status in (None, job.status)]
    return shown, last if last < (batch.made or 0) else None


def _estimate_end(system: System, batch: Job, counts: Counts) -> datetime | None:
    now, began = system.clock.now(), batch.started_at
    if batch.ended or began is None or batch.total is None or counts.ended < MIN_ENDED:
        return None
    left = batch.total - counts.ended
    return to_datetime(now + left * (now - began) / counts.ended)
