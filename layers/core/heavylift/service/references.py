"""References to outputs of other jobs: the input, or a param that is a job's id.

`submit` resolves them and stores their object keys in the job's record. So a worker reads no other job and
checks no tenant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heavylift.errors import Conflict, InvalidRequest, NotFound
from heavylift.job_store.manifest import load_manifest
from heavylift.jobs.job import Job, Status
from heavylift.jobs.object_keys import output_key
from heavylift.ports.objects import StoredObject
from heavylift.ports.system import System
from heavylift.service.find import find_job
from heavylift.tasks.spec import TaskSpec


def check_references(
    system: System, spec: TaskSpec, tenant: str, params: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return the outputs that the spec's `job_params` refer to, by param: `{"key", "bytes", "media_type"}`.

    Raises NotFound, Conflict if a job is not DONE, InvalidRequest if a job has the wrong task.
    """
    found: dict[str, dict[str, Any]] = {}
    for param, wanted in spec.job_params.items():
        if params[param] is None:
            continue
        job = find_done_job(system, tenant, params[param])
        if job.task != wanted.task:
            detail = f"The job {job.id} is a {job.task} job; a {wanted.task} job is needed here."
            raise InvalidRequest.at(f"/params/{param}", detail)
        stored = find_output(system, job, wanted.output)
        found[param] = {"key": stored.key, "bytes": stored.bytes, "media_type": stored.media_type}
    return found


def find_done_job(system: System, tenant: str, job_id: str) -> Job:
    """Return a DONE job of the tenant.

    Raises NotFound if the tenant has no such job, Gone if it has expired or was deleted, Conflict if it is
    not DONE.
    """
    job = find_job(system, tenant, job_id)
    if job.status != Status.DONE:
        raise Conflict(f"The job {job_id} is {job.status}; only the outputs of a DONE job can be used.")
    return job


def find_output(system: System, job: Job, name: str) -> StoredObject:
    """Return the job's output called `name`; raises NotFound."""
    for output in load_manifest(system.objects, job):
        if output.name == name:
            return StoredObject(output_key(job.id, output.name), output.bytes, output.media_type)
    raise NotFound(f"The job {job.id} has no output {name!r}.")
