"""Outputs of other jobs: as an input, or named by a param that is a job's id.

They are found when a job is submitted, and their keys kept in its record, so that a worker needs to know
nothing of other jobs nor of tenants.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heavylift.errors import Conflict, InvalidRequest, NotFound
from heavylift.job_store.load import load_job
from heavylift.job_store.manifest import load_manifest
from heavylift.jobs.job import Job, Status
from heavylift.jobs.object_keys import output_key
from heavylift.ports.objects import Stored
from heavylift.ports.system import System
from heavylift.tasks.spec import TaskSpec


def check_references(
    system: System, spec: TaskSpec, tenant: str, params: Mapping[str, Any]
) -> dict[str, dict[str, Any]] | None:
    """What the spec's `job_params` refer to, by param: `{"key", "bytes", "media_type"}`; None if nothing.

    NotFound, Conflict if a job is not DONE, InvalidRequest if it is another task's.
    """
    found = {}
    for param, wanted in spec.job_params.items():
        if params[param] is None:
            continue
        job = done_job(system, tenant, params[param])
        if job.task != wanted.task:
            detail = f"The job {job.id} is of the task {job.task}; one of {wanted.task} is needed here."
            raise InvalidRequest.at(f"/params/{param}", detail)
        stored = output_of(system, job, wanted.output)
        found[param] = {"key": stored.key, "bytes": stored.bytes, "media_type": stored.media_type}
    return found or None


def done_job(system: System, tenant: str, job_id: str) -> Job:
    """A job whose outputs can be used; NotFound (another tenant's, too) or Conflict."""
    job = load_job(system.table, job_id)
    if job is None or job.tenant != tenant or job.expires_at <= system.clock.now():
        raise NotFound(f"There is no job {job_id}.")
    if job.status != Status.DONE:
        raise Conflict(f"The job {job_id} is {job.status}; only a DONE job's outputs can be used.")
    return job


def output_of(system: System, job: Job, name: str) -> Stored:
    """The job's output of that name; NotFound."""
    for output in load_manifest(system.objects, job):
        if output.name == name:
            return Stored(output_key(job.id, output.name), output.bytes, output.media_type)
    raise NotFound(f"The job {job.id} has no output {name!r}.")
