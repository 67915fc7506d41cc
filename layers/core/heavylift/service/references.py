"""References to outputs of other jobs: the input, or a param that is a job's id or a list of ids.

`submit` resolves them and stores their object keys in the job's record, or they are resolved once the other
job has ended (`job_store/waiting.py`). So a worker reads no other job and checks no tenant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heavylift.errors import Conflict, InvalidRequest, TooLarge
from heavylift.job_store.batch_counts import load_counts
from heavylift.job_store.manifest import find_output
from heavylift.jobs.download_names import label_of
from heavylift.jobs.job import BATCH_TASK, Job, Status
from heavylift.ports.system import System
from heavylift.service.find import find_job
from heavylift.tasks.spec import TaskSpec


@dataclass(frozen=True)
class Want:
    """An output of a job that has not ended."""

    job: Job
    output: str


def check_references(
    system: System, spec: TaskSpec, tenant: str, params: Mapping[str, Any]
) -> dict[str, dict[str, Any] | Want]:
    """Return what the params of the spec refer to, by param.

    Of `job_params` it is an output, `{"key", "bytes", "media_type"}`; of `source_params` all outputs of some
    jobs, `{"jobs", "bytes"}`, or of a batch, `{"batch"}`. Raises NotFound, Conflict if a job is FAILED or
    CANCELED, or a source is not DONE, InvalidRequest if a job has the wrong task or no output, TooLarge.
    """
    found: dict[str, dict[str, Any] | Want] = {}
    for param, wanted in spec.job_params.items():
        if params[param] is None:
            continue
        job = find_usable_job(system, tenant, params[param])
        if job.task != wanted.task:
            detail = f"The job {job.id} is a {job.task} job; a {wanted.task} job is needed here."
            raise InvalidRequest.at(f"/params/{param}", detail)
        if not job.ended:
            found[param] = Want(job, wanted.output)
            continue
        stored = find_output(system.objects, job, wanted.output)
        found[param] = {"key": stored.key, "bytes": stored.bytes, "media_type": stored.media_type}
    for param in spec.source_params:
        found[param] = _check_sources(system, spec, tenant, param, params[param])
    return found


def _check_sources(
    system: System, spec: TaskSpec, tenant: str, param: str, job_ids: list[str]
) -> dict[str, Any]:
    jobs, size = [], 0
    for position, job_id in enumerate(job_ids):
        job = find_job(system, tenant, job_id)
        if job.task == BATCH_TASK and len(job_ids) > 1:
            raise InvalidRequest.at(f"/params/{param}/{position}", "A batch stands alone: name no other job.")
        if job.task == BATCH_TASK:
            return _check_batch(system, spec, param, job)
        if job.status != Status.DONE:
            raise _conflict(job)
        if not job.outputs or not job.outputs["count"]:
            raise InvalidRequest.at(f"/params/{param}/{position}", f"The job {job.id} has no outputs.")
        size += job.outputs["bytes"]
        facts = {"id": job.id, "manifest": job.outputs["manifest"], "ended_at": job.ended_at}
        jobs.append({**facts, "label": label_of(job)})
    limit = spec.limits.get("max_bytes")
    if limit is not None and size > limit:
        raise TooLarge(f"The outputs have {size:,} bytes; {spec.name} takes at most {limit:,}.")
    return {"jobs": jobs, "bytes": size}


def _check_batch(system: System, spec: TaskSpec, param: str, batch: Job) -> dict[str, Any]:
    """Return the reference to an ended batch. A worker finds out what its jobs have made."""
    if not batch.ended:
        raise Conflict(f"The batch {batch.id} has not ended; only the outputs of one that has can be used.")
    limit, made = spec.limits.get("max_batch_jobs"), batch.made or 0
    if limit is not None and made > limit:
        raise TooLarge(f"The batch has {made:,} jobs; {spec.name} takes at most {limit:,}.")
    if not load_counts(system.table, batch.id).done:
        raise InvalidRequest.at(f"/params/{param}/0", f"No job of the batch {batch.id} is DONE.")
    return {"batch": batch.id}


def find_done_job(system: System, tenant: str, job_id: str) -> Job:
    """Return a DONE job of the tenant.

    Raises NotFound if the tenant has no such job, Gone if it has expired or was deleted, Conflict if it is
    not DONE.
    """
    job = find_usable_job(system, tenant, job_id)
    if not job.ended:
        raise _conflict(job)
    return job


def find_usable_job(system: System, tenant: str, job_id: str) -> Job:
    """Return a job of the tenant that is DONE or has not ended. Raises as `find_done_job`."""
    job = find_job(system, tenant, job_id)
    if job.ended and job.status != Status.DONE:
        raise _conflict(job)
    return job


def _conflict(job: Job) -> Conflict:
    return Conflict(f"The job {job.id} is {job.status}; only the outputs of a DONE job can be used.")
