"""The task `zip`: all outputs of jobs as one file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from archive.layout import lay_out
from archive.missing import MISSING, list_missing, write_missing
from archive.read_ahead import read_ahead
from archive.zip_file import Entry, stream_zip
from heavylift import (
    InvalidInput,
    JobContext,
    OutOfTime,
    Params,
    PartSpec,
    Plan,
    Result,
    SourceJob,
    WholeTask,
    task,
)

OUTPUT = "outputs.zip"
MAX_JOBS = 20
MAX_BATCH_JOBS = 10_000
MANY_FILES = 20
"""From so many on it pays to read ahead."""
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
        description="The ids of DONE jobs. With several, each has a folder in the zip. Or the id of an ended "
        "batch: each item has a folder, and `missing.csv` names the items that are not DONE.",
    )


@task(
    "zip",
    title="All outputs as one zip",
    description=(
        "Puts all outputs of one or more jobs, or of a batch, into one zip. Output: "
        "`outputs.zip`. Progress is counted in files."
    ),
    params=ZipParams,
    source_params=("jobs",),
    limits={"max_bytes": MAX_BYTES, "max_jobs": MAX_JOBS, "max_batch_jobs": MAX_BATCH_JOBS},
    rank=80,
)
class ZipTask(WholeTask[ZipParams]):
    def plan(self, job: JobContext[ZipParams]) -> Plan:
        """Return one part. One unit of progress is a file. Raises InvalidInput if they are too large."""
        outputs = [output for source in job.sources("jobs") for output in source.outputs]
        if (size := sum(output.bytes for output in outputs)) > MAX_BYTES:
            raise InvalidInput(f"The outputs have {size:,} bytes; zip takes at most {MAX_BYTES:,}.")
        return Plan(parts=({},), total=len(outputs))

    def run(self, job: JobContext[ZipParams], part: PartSpec) -> Result:  # noqa: ARG002 - there is one part
        """Send the zip. Raises OutOfTime if the invocation is too short."""
        sources = job.sources("jobs")
        missing = list_missing(sources)
        entries = [
            Entry(name, output.bytes, output.media_type, source.ended_at, output.read)
            for name, source, output in lay_out(sources, taken=[MISSING] if missing else ())
        ]
        ordered = read_ahead(entries) if len(entries) >= MANY_FILES else iter(entries)
        watched = (replace(entry, read=partial(_read, job, entry)) for entry in ordered)
        more = [_to_entry(missing, max(source.ended_at for source in sources))] if missing else []
        size = job.publish_stream(OUTPUT, stream_zip(chain(watched, more)), "application/zip")
        is_batch = any(source.item for source in sources)
        of_batch = {"jobs": len(sources) - len(missing), "missing": len(missing)} if is_batch else {}
        return {"files": len(entries), "bytes": size, **of_batch}


def _to_entry(missing: list[SourceJob], ended_at: float) -> Entry:
    content = write_missing(missing)
    return Entry(MISSING, len(content), "text/csv", ended_at, lambda: iter([content]))


def _read(job: JobContext[ZipParams], entry: Entry) -> Iterator[bytes]:
    for piece in entry.read():
        if job.remaining() <= 0:
            raise OutOfTime("The invocation ended before the zip was complete.")
        job.advance(0)
        yield piece
    job.advance(1)
