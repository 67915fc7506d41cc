"""References to outputs of other jobs: the input, or a param that is a job's id or a list of ids.

`submit` resolves them and stores their object keys in the job's record, or they are resolved once the other
job has ended (`job_store/waiting.py`). So a worker reads no other job and checks no tenant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heavylift.errors import Conflict, InvalidRequest, NotFound
from heavylift.job_store.manifest import find_output
from heavylift.job_store.source_jobs import refer_to_jobs
from heavylift.jobs.job import BATCH_TASK, Job
from heavylift.jobs.states import Status
from heavylift.ports.system import System
from heavylift.service.find import find_job
from heavylift.tasks.spec import TaskSpec


@dataclass(frozen=True)
class Want:
    """An output of a job that has not ended."""

    job: Job
    output: str


@dataclass(frozen=True)
class WantAll:
    """All outputs of some jobs, of which one has not ended."""

    jobs: tuple[Job, ...]


Found = dict[str, Any] | Want | WantAll


def check_references(
    system: System, spec: TaskSpec, tenant: str, params: Mapping[str, Any]
) -> dict[str, Found]:
    """Return what the params of the spec refer to, by param.

    Of `job_params` it is an output, `{"key", "bytes", "media_type"}`; of `source_params` all outputs of some
    jobs, `{"jobs", "bytes"}`, or of a batch, `{"batch"}`. Raises NotFound, Conflict if a job is FAILED or
    CANCELED, InvalidRequest if a job has the wrong task or no output, TooLarge.
    """
    found: dict[str, Found] = {}
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
) -> dict[str, Any] | WantAll:
    jobs = [_find_source(system, tenant, job_id) for job_id in job_ids]
    for position, job in enumerate(jobs):
        at = f"/params/{param}/{position}"
        if job.task == BATCH_TASK and len(jobs) > 1:
            raise InvalidRequest.at(at, "A batch stands alone: name no other job.")
        if job.status == Status.DONE and job.task != BATCH_TASK and not (job.outputs or {}).get("count"):
            raise InvalidRequest.at(at, f"The job {job.id} has no outputs.")
    if not all(job.ended for job in jobs):
        return WantAll(tuple(jobs))
    try:
        return refer_to_jobs(system.table, spec, jobs)
    except NotFound as missing:
        raise InvalidRequest.at(f"/params/{param}/0", missing.detail) from None


def _find_source(system: System, tenant: str, job_id: str) -> Job:
    """Return the job. Raises as `find_usable_job`, but a batch may have ended in any way."""
    job = find_job(system, tenant, job_id)
    if job.ended and job.status != Status.DONE and job.task != BATCH_TASK:
        raise _conflict(job)
    return job


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
