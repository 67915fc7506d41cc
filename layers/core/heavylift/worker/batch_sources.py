"""The jobs of a batch as sources: each item with its outputs, or with the reason why it has none."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from heavylift.errors import InvalidInput, NotFound
from heavylift.job_store.load import load_job
from heavylift.job_store.manifest import load_manifest
from heavylift.jobs.batches import child_id
from heavylift.jobs.download_names import label_of
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.system import System
from heavylift.tasks.sources import SourceItem, SourceJob
from heavylift.worker.source_output import to_source_output

THREADS = 16


def load_batch_sources(system: System, tenant: str, batch_id: str) -> list[SourceJob]:
    """Return a source for each item of the tenant's batch, in order. Raises InvalidInput if it is gone."""
    batch = load_job(system.table, batch_id)
    if batch is None or batch.tenant != tenant or batch.deleted_at is not None:
        raise InvalidInput(f"The batch {batch_id} no longer exists.")
    # One by one: a worker's role may read single records, and a read of many costs the same.
    load = partial(_load_source, system, batch)
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(load, range(1, (batch.made or 0) + 1)))
    return [*found, *_list_unmade(batch)]


def _load_source(system: System, batch: Job, position: int) -> SourceJob:
    job_id = child_id(batch.id, position)
    job = load_job(system.table, job_id)
    if job is None or job.batch_id != batch.id:
        return _without_job("expired", "The job has expired.", job_id)
    number, label = (job.batch or {}).get("number"), label_of(job)
    if job.deleted_at is not None or job.gone_at <= system.clock.now():
        return _without_job("deleted", "The job was deleted, or has expired.", job_id, number)
    if job.status != Status.DONE:
        why = (job.error or {}).get("detail") or ""
        return SourceJob(job_id, label, 0.0, (), SourceItem(number, job.name, job.status, why))
    try:
        listed = load_manifest(system.objects, job)
    except NotFound:
        return _without_job("deleted", "The job was deleted, or has expired.", job_id, number)
    outputs = tuple(to_source_output(system.objects, job_id, label, each) for each in listed)
    return SourceJob(job_id, label, job.ended_at or 0.0, outputs, SourceItem(number, job.name, Status.DONE))


def _list_unmade(batch: Job) -> Iterator[SourceJob]:
    """Yield the items of which no job was made."""
    result = batch.result or {}
    faults, skipped = result.get("faults", []), result.get("skipped", 0)
    for each in faults:
        yield _without_job("skipped", each["detail"], number=each["number"])
    if (more := skipped - len(faults)) > 0:
        yield _without_job("skipped", f"{more} more items did not fit the task.")
    if (more := (batch.total or 0) - (batch.made or 0)) > 0:
        yield _without_job("not made", f"Of {more} items no job was made: the batch had ended before.")


def _without_job(status: str, why: str, job_id: str = "", number: int | None = None) -> SourceJob:
    return SourceJob(job_id, None, 0.0, (), SourceItem(number, None, status, why))
