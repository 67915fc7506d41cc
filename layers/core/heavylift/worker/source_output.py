"""An output of another job, as a task reads it: by pieces, when the task asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from heavylift.errors import InvalidInput, NotFound
from heavylift.job_store.manifest import Output
from heavylift.jobs.download_names import name_download
from heavylift.jobs.object_keys import output_key
from heavylift.ports.objects import ObjectStore
from heavylift.tasks.sources import SourceOutput


def to_source_output(objects: ObjectStore, job_id: str, label: str | None, output: Output) -> SourceOutput:
    """Return the output of a job. Its `read` raises InvalidInput if it no longer exists."""
    return SourceOutput(
        name=output.name,
        download_name=name_download(label, output.name),
        media_type=output.media_type,
        read=partial(_read, objects, job_id, output.name),
        bytes=output.bytes,
    )


def _read(objects: ObjectStore, job_id: str, name: str) -> Iterator[bytes]:
    try:
        yield from objects.read_chunks(output_key(job_id, name))
    except NotFound:
        raise gone(job_id) from None


def gone(job_id: str) -> InvalidInput:
    """Return the error for a job whose outputs are deleted."""
    return InvalidInput(f"The outputs of the job {job_id} no longer exist.")
