"""Keep an output of a job as a version of a name, in one transaction with a change of the job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from heavylift.errors import ModelLimit, Throttled
from heavylift.job_store.manifest import Output
from heavylift.jobs import kept_models
from heavylift.jobs.ids import new_id
from heavylift.jobs.job import Job
from heavylift.jobs.kept_models import MAX_NAMES, MAX_VERSIONS, KeptModel, ModelName
from heavylift.jobs.object_keys import model_key, output_key
from heavylift.ports.system import System
from heavylift.ports.table import Change, ConditionFailed, Table

MAX_TRIES = 20
"""How often the number of a version is chosen anew, because another job got it first."""


@dataclass(frozen=True)
class Keep:
    """What to keep of a job: an output, under a name."""

    name: str
    output: Output


def keep_output(
    system: System, job: Job, keep: Keep, result: dict[str, Any], change_job: Callable[[KeptModel], Change]
) -> KeptModel:
    """Copy the output and add it as the next version. Return the version.

    `change_job` returns the change of the job that belongs to it. The two are written together, or neither.
    Raises ConditionFailed if the job's change does not hold, and ModelLimit; then nothing is kept.
    """
    key = model_key(job.tenant, new_id(system.clock.now()))
    check_room(system.table, job.tenant, keep.name)
    system.objects.copy(output_key(job.id, keep.output.name), key)
    try:
        return _add_version(system, job, keep, key, result, change_job)
    except (ConditionFailed, ModelLimit, _TooManyWriters):
        # Only these say for certain that no version has the copy.
        system.objects.delete(key)
        raise


def _add_version(
    system: System,
    job: Job,
    keep: Keep,
    key: str,
    result: dict[str, Any],
    change_job: Callable[[KeptModel], Change],
) -> KeptModel:
    for _ in range(MAX_TRIES):
        known = check_room(system.table, job.tenant, keep.name)
        model = KeptModel(
            name=keep.name,
            version=known.latest + 1,
            job_id=job.id,
            task=job.task,
            output=keep.output.name,
            key=key,
            bytes=keep.output.bytes,
            media_type=keep.output.media_type,
            result=result,
            created_at=system.clock.now(),
        )
        try:
            system.table.transact(change_job(model), *kept_models.add_version(job.tenant, known, model))
        except ConditionFailed as refused:
            if refused.key == job.key:
                raise
        else:
            return model
    raise _TooManyWriters("Many jobs are keeping models of this name; try again shortly.")


class _TooManyWriters(Throttled):
    """Every number was given to another job first."""


def check_room(table: Table, tenant: str, name: str) -> ModelName:
    """Return the name as it is recorded. Raises ModelLimit if no version can be added to it."""
    known = load_name(table, tenant, name)
    if known.versions >= MAX_VERSIONS:
        raise ModelLimit(f"The model {name!r} has {MAX_VERSIONS} versions. Delete one of them first.")
    if known.versions == 0:
        counted = table.get(kept_models.count_key(tenant)) or {}
        if counted.get("names", 0) >= MAX_NAMES:
            raise ModelLimit(f"There are {MAX_NAMES} names of models. Delete all versions of one first.")
    return known


def load_name(table: Table, tenant: str, name: str) -> ModelName:
    """Return what is recorded of a name; for an unknown one, that it has no versions."""
    item = table.get(kept_models.name_key(tenant, name))
    return ModelName.of(item) if item else ModelName(name)


def load_version(table: Table, tenant: str, name: str, version: int) -> KeptModel | None:
    """Return the version, or None if it does not exist or was deleted."""
    item = table.get(kept_models.version_key(tenant, name, version))
    return KeptModel.of(item) if item and "deleted_at" not in item else None


def list_versions(table: Table, tenant: str, name: str) -> Iterator[KeptModel]:
    """Yield the versions of a name, oldest first."""
    found = table.list_children(kept_models.partition_of(tenant), kept_models.version_prefix(name))
    return (KeptModel.of(item) for item in found if "deleted_at" not in item)
