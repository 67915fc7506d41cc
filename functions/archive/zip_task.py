"""The task `zip`: all outputs of jobs as one file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from archive.names import UniqueNames, clean_part, name_folder
from archive.zip_file import Entry, stream_zip
from heavylift import (
    JobContext,
    OutOfTime,
    Params,
    PartSpec,
    Plan,
    Result,
    SourceJob,
    SourceOutput,
    WholeTask,
    task,
)

OUTPUT = "outputs.zip"
MAX_JOBS = 20
MAX_BYTES = 20_000_000_000
"""What one invocation of the worker can send."""


def _check_different(ids: list[str]) -> list[str]:
    if len(set(ids)) < len(ids):
        raise ValueError("a job is listed twice")
    return ids


JobId = Annotated[str, Field(min_length=1, max_length=64)]


class ZipParams(Params):
    """Whose outputs the zip has."""

    model_config = ConfigDict(
        title="zip", json_schema_extra={"examples": [{"jobs": ["0197b4e2-7d1c-7c3e-9a51-3f6f0c2d8e11"]}]}
    )

    jobs: Annotated[list[JobId], AfterValidator(_check_different)] = Field(
        min_length=1,
        max_length=MAX_JOBS,
        description="The ids of DONE jobs. With several, each has a folder in the zip.",
    )


@task(
    "zip",
    title="All outputs as one zip",
    description=(
        "Puts all outputs of one or more jobs into one zip, under their names for downloads. Output: "
        "`outputs.zip`. Progress is counted in files."
    ),
    params=ZipParams,
    source_params=("jobs",),
    limits={"max_bytes": MAX_BYTES, "max_jobs": MAX_JOBS},
    rank=80,
)
class ZipTask(WholeTask[ZipParams]):
    def plan(self, job: JobContext[ZipParams]) -> Plan:
        """Return one part. One unit of progress is a file."""
        return Plan(parts=({},), total=sum(len(source.outputs) for source in job.sources("jobs")))

    def run(self, job: JobContext[ZipParams], part: PartSpec) -> Result:  # noqa: ARG002 - there is one part
        """Send the zip. Raises OutOfTime if the invocation is too short."""
        entries = list(_list_entries(job, job.sources("jobs")))
        size = job.publish_stream(OUTPUT, stream_zip(entries), "application/zip")
        return {"files": len(entries), "bytes": size}


def _list_entries(job: JobContext[ZipParams], sources: list[SourceJob]) -> Iterator[Entry]:
    folders, files = UniqueNames(), UniqueNames()
    for source in sources:
        folder = f"{folders.take(name_folder(source.label, source.id))}/" if len(sources) > 1 else ""
        for output in source.outputs:
            name = files.take(folder + clean_part(output.download_name))
            read = partial(_read, job, output)
            yield Entry(name, output.bytes, output.media_type, source.ended_at, read)


def _read(job: JobContext[ZipParams], output: SourceOutput) -> Iterator[bytes]:
    for piece in output.read():
        if job.remaining() <= 0:
            raise OutOfTime("The invocation ended before the zip was complete.")
        job.advance(0)
        yield piece
    job.advance(1)
