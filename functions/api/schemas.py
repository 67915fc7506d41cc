"""What the API shows and takes, as it stands in the OpenAPI document."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from heavylift.job import Job, Phase, Status

EXAMPLE_ID = "0197b4e2-7d1c-7c3e-9a51-3f6f0c2d8e11"


class ProblemOfJob(BaseModel):
    type: str = Field(examples=["/problems/pdf-encrypted"])
    title: str
    detail: str
    retryable: bool = Field(description="Whether trying the same again may help")


class FailedAttempt(BaseModel):
    attempt: int
    error: ProblemOfJob
    started_at: datetime | None
    ended_at: datetime


class Progress(BaseModel):
    done: int = Field(examples=[6])
    total: int | None = Field(description="Null until the worker has looked at the input", examples=[17])


class OutputsSummary(BaseModel):
    count: int = Field(examples=[17])
    bytes: int = Field(examples=[9_437_184])


class Timing(BaseModel):
    queued_ms: int | None = Field(description="From acceptance to the first attempt")
    running_ms: int | None = Field(description="From the first attempt to the end")
    cold_start: bool | None = Field(description="Whether the last worker had to start for it")
    cost_usd: float | None = Field(description="Lambda time of all attempts and parts, at the list price")


class Links(BaseModel):
    self: str = Field(examples=[f"/v1/jobs/{EXAMPLE_ID}"])
    outputs: str = Field(examples=[f"/v1/jobs/{EXAMPLE_ID}/outputs"])


class JobView(BaseModel):
    model_config = ConfigDict(title="Job")

    id: str = Field(examples=[EXAMPLE_ID])
    task: str = Field(examples=["pdf-to-images"])
    status: Status
    phase: Phase
    params: dict[str, Any] = Field(examples=[{"dpi": 200}])
    progress: Progress
    attempt: int = Field(description="1 for the first; 0 while it waits for it", examples=[1])
    attempts: list[FailedAttempt] = Field(description="The attempts that failed, oldest first")
    created_at: datetime
    updated_at: datetime
    deadline: datetime = Field(description="The job has ended by then, whatever happens")
    expires_at: datetime = Field(description="Until then the job and its outputs can be fetched")
    result: dict[str, Any] | None
    outputs: OutputsSummary
    error: ProblemOfJob | None
    timing: Timing
    links: Links


SECRET_PARAMS = frozenset({"password"})


def view(job: Job, base_path: str) -> JobView:
    """A job as its owner sees it."""
    here = f"{base_path}/v1/jobs/{job.id}"
    return JobView(
        id=job.id,
        task=job.task,
        status=job.status,
        phase=job.phase,
        params={name: value for name, value in job.params.items() if name not in SECRET_PARAMS},
        progress=Progress(done=job.done, total=job.total),
        attempt=job.attempt,
        attempts=[
            FailedAttempt(
                attempt=each["attempt"],
                error=ProblemOfJob(**each["error"]),
                started_at=_moment(each["started_at"]),
                ended_at=datetime.fromtimestamp(each["ended_at"], UTC),
            )
            for each in job.attempts
        ],
        created_at=datetime.fromtimestamp(job.created_at, UTC),
        updated_at=datetime.fromtimestamp(job.updated_at, UTC),
        deadline=datetime.fromtimestamp(job.deadline, UTC),
        expires_at=datetime.fromtimestamp(job.expires_at, UTC),
        result=job.result,
        outputs=OutputsSummary(
            count=job.outputs["count"] if job.outputs else 0, bytes=job.outputs["bytes"] if job.outputs else 0
        ),
        error=ProblemOfJob(**job.error) if job.error else None,
        timing=_timing(job),
        links=Links(self=here, outputs=f"{here}/outputs"),
    )


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None


USD_PER_GB_SECOND = 0.0000166667
"""Lambda's list price on x86 in us-east-1; other regions differ by a little."""


def _timing(job: Job) -> Timing:
    started, ended = job.started_at, job.ended_at
    cost = None
    if job.ended and job.memory_mb:
        cost = round(job.billed_ms / 1000 * job.memory_mb / 1024 * USD_PER_GB_SECOND, 9)
    return Timing(
        queued_ms=round((started - job.created_at) * 1000) if started else None,
        running_ms=round((ended - started) * 1000) if started and ended else None,
        cold_start=job.cold_start,
        cost_usd=cost,
    )


class InputReference(BaseModel):
    """An upload, or an output of another job."""

    model_config = ConfigDict(extra="forbid")

    upload_id: str | None = Field(default=None, pattern=r"^[0-9a-f-]{36}$")
    job_id: str | None = Field(default=None, max_length=64)
    output: str | None = Field(default=None, max_length=255)

    @model_validator(mode="after")
    def _one_of_the_two(self) -> InputReference:
        if self.upload_id is not None and self.job_id is None and self.output is None:
            return self
        if self.upload_id is None and self.job_id is not None and self.output is not None:
            return self
        raise ValueError("give either upload_id, or job_id together with output")


class NewJob(BaseModel):
    """A job submitted as JSON."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"task": "pdf-to-images", "params": {"dpi": 150}, "input": {"upload_id": EXAMPLE_ID}}
            ]
        },
    )

    task: str = Field(max_length=64)
    params: dict[str, Any] = {}
    input: InputReference | None = None
    callback_url: str | None = Field(default=None, max_length=2048)


class OutputView(BaseModel):
    name: str = Field(examples=["page-0001.png"])
    media_type: str = Field(examples=["image/png"])
    bytes: int
    url: str = Field(description="Presigned: fetch it without a key, for an hour at most")


class OutputPage(BaseModel):
    items: list[OutputView]
    count: int = Field(description="Of all outputs, not only this page's")
    next: str | None = Field(description="The cursor of the next page")


class TaskView(BaseModel):
    name: str
    title: str
    description: str
    input: str = Field(description="required, optional or none")
    accepts: list[str]
    limits: dict[str, int | float]
    params: dict[str, Any] = Field(description="A JSON Schema")


class TaskList(BaseModel):
    items: list[TaskView]


class NewUpload(BaseModel):
    model_config = ConfigDict(extra="forbid")

    task: str = Field(max_length=64, description="The task the file is for", examples=["pdf-to-images"])
    media_type: str | None = Field(
        default=None, max_length=100, description="One that the task accepts; its first one if left out"
    )


class UploadView(BaseModel):
    upload_id: str
    url: str = Field(description="Send the file there as multipart/form-data: first the fields, then `file`")
    fields: dict[str, str]
    max_bytes: int
    expires_at: datetime
