"""References to outputs of other jobs: the input, or a param that is a job's id.

`submit` resolves them and stores their object keys in the job's record, or they are resolved once the other
job has ended (`job_store/waiting.py`). So a worker reads no other job and checks no tenant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heavylift.errors import Conflict, InvalidRequest
from heavylift.job_store.manifest import find_output
from heavylift.jobs.job import Job, Status
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
    """Return the outputs that the spec's `job_params` refer to, by param: `{"key", "bytes", "media_type"}`.

    Raises NotFound, Conflict if a job is FAILED or CANCELED, InvalidRequest if a job has the wrong task.
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
    return found


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
