"""A job as its owner sees it: the API's answer, and what a callback carries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from heavylift.jobs.job import Job, Phase, Status
from heavylift.tasks.redact import redact_params
from heavylift.webhooks.delivery_state import Callback, State

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


class CallbackView(BaseModel):
    url: str = Field(description="Without its query", examples=["https://example.org/hooks/heavylift"])
    state: State
    attempts: int = Field(description="Deliveries begun", examples=[1])
    last_status: int | None = Field(description="What the receiver last answered", examples=[200])
    last_error: str | None = Field(description="Why the last delivery did not succeed")
    next_at: datetime | None = Field(description="No delivery is begun before this moment")


class Links(BaseModel):
    self: str = Field(examples=[f"/v1/jobs/{EXAMPLE_ID}"])
    outputs: str = Field(examples=[f"/v1/jobs/{EXAMPLE_ID}/outputs"])


class JobView(BaseModel):
    model_config = ConfigDict(title="Job")

    id: str = Field(examples=[EXAMPLE_ID])
    task: str = Field(examples=["pdf-to-images"])
    status: Status
    phase: Phase
    params: dict[str, Any] = Field(
        description="In full, with every default; without those that are `writeOnly`", examples=[{"dpi": 200}]
    )
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
    callback: CallbackView | None = Field(description="How its callback stands; null if it has none")
    links: Links


def view(job: Job, base_path: str) -> JobView:
    """A job as its owner sees it."""
    here = f"{base_path}/v1/jobs/{job.id}"
    return JobView(
        id=job.id,
        task=job.task,
        status=job.status,
        phase=job.phase,
        params=redact_params(job.task, job.params),
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
        callback=_callback(job),
        links=Links(self=here, outputs=f"{here}/outputs"),
    )


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None


def _callback(job: Job) -> CallbackView | None:
    if job.callback_url is None:
        return None
    at, callback = urlsplit(job.callback_url), Callback.of(job)
    return CallbackView(
        url=f"{at.scheme}://{at.netloc}{at.path}",
        state=callback.state,
        attempts=callback.attempts,
        last_status=callback.last_status,
        last_error=callback.last_error,
        next_at=_moment(callback.next_at),
    )


USD_PER_GB_SECOND = 0.0000166667
"""Lambda's list price on x86 in us-east-1; other regions differ by a little."""


def _timing(job: Job) -> Timing:
    started, ended = job.started_at, job.ended_at
    cost = None
    if job.ended and job.memory_mb and job.billed_ms:
        cost = round(job.billed_ms / 1000 * job.memory_mb / 1024 * USD_PER_GB_SECOND, 9)
    return Timing(
        queued_ms=round((started - job.created_at) * 1000) if started else None,
        running_ms=round((ended - started) * 1000) if started and ended else None,
        cold_start=job.cold_start,
        cost_usd=cost,
    )
