"""The outputs of other jobs, as a task reads them: by pieces, each file when the task asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from heavylift.errors import InvalidInput, NotFound
from heavylift.job_store.manifest import Output, read_manifest
from heavylift.jobs.download_names import name_download
from heavylift.jobs.object_keys import output_key
from heavylift.ports.objects import ObjectStore
from heavylift.tasks.sources import SourceJob, SourceOutput


def load_sources(objects: ObjectStore, reference: Mapping[str, Any]) -> list[SourceJob]:
    """Return the jobs that a stored reference lists. Raises InvalidInput if one no longer exists."""
    return [_load_source(objects, job) for job in reference["jobs"]]


def _load_source(objects: ObjectStore, job: Mapping[str, Any]) -> SourceJob:
    try:
        listed = read_manifest(objects, job["manifest"])
    except NotFound:
        raise _gone(job["id"]) from None
    outputs = tuple(_source_output(objects, job, each) for each in listed)
    return SourceJob(job["id"], job["label"], job["ended_at"], outputs)


def _source_output(objects: ObjectStore, job: Mapping[str, Any], output: Output) -> SourceOutput:
    return SourceOutput(
        name=output.name,
        download_name=name_download(job["label"], output.name),
        media_type=output.media_type,
        read=partial(_read, objects, job["id"], output.name),
        bytes=output.bytes,
    )


def _read(objects: ObjectStore, job_id: str, name: str) -> Iterator[bytes]:
    try:
        yield from objects.read_chunks(output_key(job_id, name))
    except NotFound:
        raise _gone(job_id) from None


def _gone(job_id: str) -> InvalidInput:
    return InvalidInput(f"The outputs of the job {job_id} no longer exist.")
