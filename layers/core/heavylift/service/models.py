"""What a tenant may do with kept models: keep, list, find, delete, and name one in a job's params."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heavylift.errors import Conflict, InvalidRequest, NotFound, Throttled
from heavylift.job_store.kept_models import (
    MAX_TRIES,
    Keep,
    check_room,
    keep_output,
    list_versions,
    load_name,
    load_version,
)
from heavylift.job_store.manifest import Output, load_manifest
from heavylift.jobs import kept_models
from heavylift.jobs.attachments import mark_kept
from heavylift.jobs.job import Job
from heavylift.jobs.kept_models import MODEL_REFERENCE, NAME_PREFIX, KeptModel, ModelName
from heavylift.ports.system import System
from heavylift.ports.table import Change, ConditionFailed
from heavylift.service.find import find_job
from heavylift.service.references import find_done_job
from heavylift.tasks.registry import spec_of
from heavylift.tasks.spec import TaskSpec


def list_models(system: System, tenant: str) -> list[ModelName]:
    """Return the names that have a version, in order."""
    found = system.table.list_children(kept_models.partition_of(tenant), NAME_PREFIX)
    return [name for name in map(ModelName.of, found) if name.versions > 0]


def find_versions(system: System, tenant: str, name: str) -> list[KeptModel]:
    """Return the versions of a name, newest first. Raises NotFound if it has none."""
    found = list(list_versions(system.table, tenant, name)) if _is_name(name) else []
    if not found:
        raise _no_model(name)
    return found[::-1]


def find_version(system: System, tenant: str, name: str, version: int) -> KeptModel:
    """Return a version. Raises NotFound."""
    found = load_version(system.table, tenant, name, version) if _is_name(name) else None
    if found is None:
        raise NotFound(f"There is no model {name}@{version}.")
    return found


def find_model(system: System, tenant: str, reference: str) -> KeptModel:
    """Return the version that a reference names, the newest for a name alone. Raises NotFound."""
    parts = MODEL_REFERENCE.fullmatch(reference)
    if parts is None:
        raise _no_model(reference)
    name, version = parts.groups()
    return find_version(system, tenant, name, int(version)) if version else _newest(system, tenant, name)


def _newest(system: System, tenant: str, name: str) -> KeptModel:
    known = load_name(system.table, tenant, name)
    found = load_version(system.table, tenant, name, known.latest) if known.versions else None
    return found or find_versions(system, tenant, name)[0]  # the newest one was deleted


def keep_job(system: System, tenant: str, job_id: str, name: str) -> tuple[KeptModel, bool]:
    """Keep a DONE job's model under a name. Return the version, and whether it is new.

    A job is kept once: again under its name, the version that it has is returned. Raises NotFound, Gone,
    Conflict, InvalidRequest for a job of a task without models, and ModelLimit.
    """
    find_job(system, tenant, job_id)
    for _ in range(MAX_TRIES):
        job = find_done_job(system, tenant, job_id)
        if (earlier := _find_kept(system, job)) is not None:
            if earlier.name != name:
                raise Conflict(f"The job is kept already, as {earlier.reference}.")
            return earlier, False
        try:
            return _keep(system, job, Keep(name, _find_output_to_keep(system, job))), True
        except ConditionFailed:
            continue  # another request keeps the job at the same time
    raise Throttled("The job is changing; try again shortly.")


def _keep(system: System, job: Job, keep: Keep) -> KeptModel:
    def mark(model: KeptModel) -> Change:
        return mark_kept(job, {"name": model.name, "version": model.version})

    return keep_output(system, job, keep, job.result or {}, mark)


def _find_kept(system: System, job: Job) -> KeptModel | None:
    if job.kept is None:
        return None
    return load_version(system.table, job.tenant, job.kept["name"], job.kept["version"])


def _find_output_to_keep(system: System, job: Job) -> Output:
    wanted = set(spec_of(job.task).keeps.values())
    for output in load_manifest(system.objects, job):
        if output.name in wanted:
            return output
    raise InvalidRequest.at("/job_id", f"A job of the task {job.task} has no model to keep.")


def delete_model(system: System, tenant: str, name: str, version: int) -> None:
    """Delete a version and its object. Raises NotFound."""
    for _ in range(MAX_TRIES):
        model = find_version(system, tenant, name, version)
        known, now = load_name(system.table, tenant, name), system.clock.now()
        try:
            system.table.transact(*kept_models.delete_version(tenant, known, model, now))
        except ConditionFailed:
            continue  # a version was added or deleted at the same time
        system.objects.delete(model.key)
        return
    raise Throttled("The model is changing; try again shortly.")


def resolve_models(
    system: System, spec: TaskSpec, tenant: str, params: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the params with the version of each model that they name, and the models' objects by param.

    Raises NotFound, and InvalidRequest for a model of another task. Also raises ModelLimit if the job is to
    keep a model for which there is no room.
    """
    resolved, objects = dict(params), {}
    for param, wanted in spec.model_params.items():
        if params[param] is None:
            continue
        model = find_model(system, tenant, params[param])
        if (model.task, model.output) != (wanted.task, wanted.output):
            detail = f"{model.reference} is a model of {model.task}; one of {wanted.task} is needed here."
            raise InvalidRequest.at(f"/params/{param}", detail)
        resolved[param] = model.reference
        objects[param] = {"key": model.key, "bytes": model.bytes, "media_type": model.media_type}
    _check_keeps(system, spec, tenant, params)
    return resolved, objects


def _check_keeps(system: System, spec: TaskSpec, tenant: str, params: Mapping[str, Any]) -> None:
    for param in spec.keeps:
        if params[param] is None:
            continue
        if not _is_name(params[param]):
            raise InvalidRequest.at(f"/params/{param}", f"{params[param]!r} is not a name for a model.")
        check_room(system.table, tenant, params[param])


def _is_name(name: str) -> bool:
    found = MODEL_REFERENCE.fullmatch(name)
    return found is not None and found[2] is None


def _no_model(name: str) -> NotFound:
    return NotFound(f"There is no model {name!r}.")
