"""The outputs of other jobs, as a task reads them: by pieces, each file when the task asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from heavylift.errors import NotFound
from heavylift.job_store.manifest import read_manifest
from heavylift.jobs.job import Job
from heavylift.ports.objects import ObjectStore
from heavylift.ports.system import System
from heavylift.tasks.sources import SourceJob
from heavylift.worker.batch_sources import load_batch_sources
from heavylift.worker.source_output import gone, to_source_output


def load_sources(system: System, job: Job, param: str) -> list[SourceJob]:
    """Return the jobs that a param lists, or those of the batch that it names.

    Raises InvalidInput if one that is listed no longer exists.
    """
    reference = (job.references or {})[param]
    if "batch" in reference:
        return load_batch_sources(system, job.tenant, reference["batch"])
    return load_listed(system.objects, reference["jobs"])


def load_listed(objects: ObjectStore, jobs: Sequence[Mapping[str, Any]]) -> list[SourceJob]:
    """Return the jobs of a stored reference. Raises InvalidInput if one no longer exists."""
    return [_load_source(objects, job) for job in jobs]


def _load_source(objects: ObjectStore, job: Mapping[str, Any]) -> SourceJob:
    try:
        listed = read_manifest(objects, job["manifest"])
    except NotFound:
        raise gone(job["id"]) from None
    outputs = tuple(to_source_output(objects, job["id"], job["label"], each) for each in listed)
    return SourceJob(job["id"], job["label"], job["ended_at"], outputs)
