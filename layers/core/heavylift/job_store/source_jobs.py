"""The reference to all outputs of some jobs, or of a batch, for the record of the job that takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from heavylift.errors import Conflict, NotFound, TooLarge
from heavylift.job_store.batch_counts import load_counts
from heavylift.jobs.download_names import label_of
from heavylift.jobs.job import BATCH_TASK, Job
from heavylift.ports.table import Table
from heavylift.tasks.spec import TaskSpec


def refer_to_jobs(table: Table, spec: TaskSpec, jobs: Sequence[Job]) -> dict[str, Any]:
    """Return `{"jobs", "bytes"}` of DONE jobs, or `{"batch"}` of an ended batch, which stands alone.

    Raises NotFound if one has no outputs, Conflict if the batch has not ended, TooLarge.
    """
    if jobs[0].task == BATCH_TASK:
        return _refer_to_batch(table, spec, jobs[0])
    found, size = [], 0
    for job in jobs:
        if not job.outputs or not job.outputs["count"]:
            raise NotFound(f"The job {job.id} has no outputs.")
        size += job.outputs["bytes"]
        facts = {"id": job.id, "manifest": job.outputs["manifest"], "ended_at": job.ended_at}
        found.append({**facts, "label": label_of(job)})
    limit = spec.limits.get("max_bytes")
    if limit is not None and size > limit:
        raise TooLarge(f"The outputs have {size:,} bytes; {spec.name} takes at most {limit:,}.")
    return {"jobs": found, "bytes": size}


def _refer_to_batch(table: Table, spec: TaskSpec, batch: Job) -> dict[str, Any]:
    """A worker finds out what its jobs have made: they may be thousands."""
    if not batch.ended:
        raise Conflict(f"The batch {batch.id} has not ended.")
    limit, made = spec.limits.get("max_batch_jobs"), batch.made or 0
    if limit is not None and made > limit:
        raise TooLarge(f"The batch has {made:,} jobs; {spec.name} takes at most {limit:,}.")
    if not load_counts(table, batch.id).done:
        raise NotFound(f"No job of the batch {batch.id} is DONE.")
    return {"batch": batch.id}
