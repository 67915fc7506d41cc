"""The task `batch`: many jobs of one task, from a manifest with a line for each."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from heavylift import JobContext, Params, PartSpec, Result, WholeTask, task

MANIFEST = "application/x-ndjson"
DAY_S = 86_400


def is_manifest(head: bytes) -> str | None:
    """Return the media type of a manifest for a head that begins with a JSON object."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return MANIFEST if text.startswith(b"{") else None


class BatchParams(Params):
    model_config = ConfigDict(
        title="batch",
        json_schema_extra={"examples": [{"task": "pdf-to-images", "params": {"dpi": 150}}]},
    )

    task: str = Field(max_length=64, description="The task of all jobs of the batch.")
    params: dict[str, Any] = Field({}, description="The params that the jobs have in common.")
    lane: Literal["bulk", "standard"] = Field(
        "bulk", description="The lane of the jobs. In `bulk` they do not hold up single jobs."
    )
    on_failure: Literal["continue", "stop"] = Field(
        "continue", description="Whether the batch stops at the first job that fails. The rest is canceled."
    )
    on_invalid: Literal["fail", "skip"] = Field(
        "fail",
        description="Whether no job is made if an item does not fit the task, or such items are left out.",
    )


@task(
    "batch",
    title="Batch",
    description=(
        "Makes a job of another task for each line of a manifest: a JSON object with `input`, `params`, "
        "`name` and `reference`. It ends with the last of its jobs, DONE if all of them are DONE."
    ),
    params=BatchParams,
    accepts=(MANIFEST,),
    sniff=is_manifest,
    limits={"max_bytes": 200_000_000, "max_items": 100_000},
    max_attempts=5,
    deadline_s=DAY_S,
    rank=80,
)
class BatchTask(WholeTask[BatchParams]):
    def run(self, job: JobContext[BatchParams], part: PartSpec) -> Result:  # noqa: ARG002 - there is one part
        """Make the jobs. It ends by raising: the batch is done with its jobs, not with this call."""
        from batches.maker import make

        make(job)
        return {}
