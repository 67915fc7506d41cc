"""A job as clients see it: the body of API responses and callbacks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from heavylift.job_store.sealed import MARK
from heavylift.jobs.job import Job
from heavylift.jobs.states import Phase, Status
from heavylift.ports.lanes import Lane, lane_of
from heavylift.service.times import to_datetime
from heavylift.tasks.redact import redact_params
from heavylift.webhooks.delivery_state import Callback, DeliveryState
from heavylift.webhooks.output_delivery import OutputDelivery, OutputState

EXAMPLE_ID = "0197b4e2-7d1c-7c3e-9a51-3f6f0c2d8e11"


class ProblemOfJob(BaseModel):
    type: str = Field(examples=["/problems/pdf-encrypted"])
    title: str
    detail: str
    retryable: bool = Field(description="Whether a retry may help")


class FailedAttempt(BaseModel):
    attempt: int
    error: ProblemOfJob
    started_at: datetime | None
    ended_at: datetime


class Progress(BaseModel):
    done: int = Field(examples=[6])
    total: int | None = Field(description="Null until the worker has read the input", examples=[17])
    text: str | None = Field(
        default=None, description="What the task shows beside it; null in lists", examples=["page 6 of 17"]
    )


class LogLine(BaseModel):
    at: datetime
    attempt: int = Field(description="The attempt that wrote it", examples=[1])
    text: str = Field(examples=["Page 3 has no text of its own; it is read."])


class OutputsSummary(BaseModel):
    count: int = Field(examples=[17])
    bytes: int = Field(examples=[9_437_184])


class Timing(BaseModel):
    queued_ms: int | None = Field(
        description="From acceptance, or from when the job could run, to the first attempt"
    )
    running_ms: int | None = Field(description="From the first attempt to the end")
    cold_start: bool | None = Field(description="Whether the last worker was started for this job")
    cost_usd: float | None = Field(description="Lambda time of all attempts and parts, at the list price")


class CallbackView(BaseModel):
    url: str = Field(description="Without its query", examples=["https://example.org/hooks/heavylift"])
    state: DeliveryState
    attempts: int = Field(description="Deliveries started", examples=[1])
    last_status: int | None = Field(description="HTTP status of the last delivery", examples=[200])
    last_error: str | None = Field(description="Why the last delivery failed")
    next_at: datetime | None = Field(description="Earliest time of the next delivery")
    on: list[str] = Field(
        default=[], description="The ends that it is sent for; empty: all", examples=[["failed", "canceled"]]
    )


class DeliveryView(BaseModel):
    url: str = Field(description="Without its query", examples=["https://example.org/results/{name}"])
    state: OutputState
    sent: int = Field(description="Outputs that the receiver has accepted", examples=[3])
    total: int | None = Field(description="How many outputs there are; null until the job is DONE")
    attempts: int = Field(description="Attempts in a row of which no output was accepted", examples=[1])
    last_status: int | None = Field(description="HTTP status of the last output sent", examples=[200])
    last_error: str | None = Field(description="Why the last output was not accepted")
    next_at: datetime | None = Field(description="Earliest time of the next attempt")


class InputView(BaseModel):
    name: str | None = Field(description="The file's name, if the client gave it", examples=["report.pdf"])
    bytes: int | None = Field(description="Null until a url is fetched", examples=[1_048_576])
    media_type: str | None = Field(description="Null until a url is fetched", examples=["application/pdf"])
    url: str | None = Field(
        default=None,
        description="Where the file comes from, without the query; null for other inputs",
        examples=["https://example.org/files/report.pdf"],
    )


class Links(BaseModel):
    self: str = Field(examples=[f"/v1/jobs/{EXAMPLE_ID}"])
    outputs: str = Field(examples=[f"/v1/jobs/{EXAMPLE_ID}/outputs"])
    events: str = Field(examples=[f"/v1/jobs/{EXAMPLE_ID}/events"])
    dependents: list[str] = Field(
        default=[],
        description="After a retry: jobs that failed because this one had failed. Retry them too",
        examples=[[f"/v1/jobs/{EXAMPLE_ID}"]],
    )


class PlaceInBatch(BaseModel):
    id: str = Field(description="The batch's id", examples=[EXAMPLE_ID])
    number: int = Field(description="The item's number, or its line in the manifest; from 1", examples=[7])


class AnyJobView(BaseModel):
    """What a job and a batch have in common."""

    id: str = Field(examples=[EXAMPLE_ID])
    task: str = Field(examples=["pdf-to-images"])
    name: str | None = Field(default=None, examples=["Annual report"])
    reference: str | None = Field(default=None, description="Your own id of the job", examples=["order-7"])
    tags: list[str] = Field(default=[], examples=[["invoices", "2026"]])
    lane: Lane = Field(default=Lane.STANDARD, description="Which of its worker's queues the job is in")
    status: Status
    phase: Phase
    input: InputView | None = Field(default=None, description="The task's file; null without one")
    params: dict[str, Any] = Field(
        description="All params with their defaults, except those that are `writeOnly`",
        examples=[{"dpi": 200}],
    )
    progress: Progress
    log: list[LogLine] = Field(
        default=[],
        description="The last lines that the task has logged, oldest first. Lists leave them out. Those of "
        "parts are in the job's events",
    )
    attempt: int = Field(description="Number of the current attempt; 0 before the first", examples=[1])
    attempts: list[FailedAttempt] = Field(description="The attempts that failed, oldest first")
    created_at: datetime
    updated_at: datetime
    deadline: datetime = Field(description="The job has ended by this time in any case")
    expires_at: datetime = Field(description="The job and its outputs can be fetched until this time")
    run_at: datetime | None = Field(default=None, description="The job starts at this time, if it has one")
    after: list[str] = Field(default=[], description="The jobs for whose end it waits, or has waited")
    waits_for: list[str] = Field(default=[], description="Those of `after` for which it still waits")
    result: dict[str, Any] | None
    outputs: OutputsSummary
    error: ProblemOfJob | None
    timing: Timing
    callback: CallbackView | None = Field(description="State of the callback; null without a `callback_url`")
    delivery: DeliveryView | None = Field(
        default=None, description="How far the outputs are sent; null without `deliver`"
    )
    links: Links
    elided: list[str] = Field(
        default=[],
        description="In lists: JSON pointers of long values that are left out. GET the job for them",
        examples=[["/params/rows"]],
    )


class JobView(AnyJobView):
    model_config = ConfigDict(title="Job")

    batch: PlaceInBatch | None = Field(
        default=None, description="The batch that the job is of, and its item; null of any other job"
    )


def view(job: Job, base_path: str, dependents: Sequence[str] = ()) -> JobView:
    """Return the job as clients see it. `base_path` is the path in front of /v1.

    `dependents` are ids of jobs that a retry of this one makes worth a retry.
    """
    here = f"{base_path}/v1/jobs/{job.id}"
    return JobView(
        id=job.id,
        task=job.task,
        name=job.name,
        reference=job.reference,
        tags=job.tags or [],
        lane=lane_of(job.queue),
        status=job.status,
        phase=job.phase,
        input=_input_view(job),
        params={name: each for name, each in redact_params(job.task, job.params).items() if name != MARK},
        progress=Progress(done=job.done, total=job.total, text=job.progress_text),
        log=[
            LogLine(at=to_datetime(each["at"]), attempt=each["attempt"], text=each["text"])
            for each in job.log or []
        ],
        attempt=job.attempt,
        attempts=[
            FailedAttempt(
                attempt=each["attempt"],
                error=ProblemOfJob(**each["error"]),
                started_at=to_datetime(each["started_at"]),
                ended_at=to_datetime(each["ended_at"]),
            )
            for each in job.attempts
        ],
        created_at=to_datetime(job.created_at),
        updated_at=to_datetime(job.updated_at),
        deadline=to_datetime(job.deadline),
        expires_at=to_datetime(_latest_expiry(job)),
        run_at=to_datetime(job.run_at),
        batch=PlaceInBatch(id=job.batch_id, number=job.batch["number"])
        if job.batch_id and job.batch
        else None,
        after=job.after or [],
        waits_for=(job.awaits or []) if job.phase == Phase.WAITING else [],
        result=job.result,
        outputs=OutputsSummary(
            count=job.outputs["count"] if job.outputs else 0, bytes=job.outputs["bytes"] if job.outputs else 0
        ),
        error=ProblemOfJob(**job.error) if job.error else None,
        timing=_timing_view(job),
        callback=_callback_view(job),
        delivery=_delivery_view(job),
        links=Links(
            self=here,
            outputs=f"{here}/outputs",
            events=f"{here}/events",
            dependents=[f"{base_path}/v1/jobs/{each}" for each in dependents],
        ),
    )


def _latest_expiry(job: Job) -> float:
    """Return when the job expires. An open one ends by its deadline."""
    return job.gone_at if job.ended or job.expire_in is None else job.deadline + job.expire_in


def _input_view(job: Job) -> InputView | None:
    if job.input is None:
        return None
    return InputView(**{name: job.input.get(name) for name in InputView.model_fields})


def _callback_view(job: Job) -> CallbackView | None:
    if job.callback_url is None:
        return None
    at, callback = urlsplit(job.callback_url), Callback.of(job)
    return CallbackView(
        url=f"{at.scheme}://{at.netloc}{at.path}",
        state=callback.state,
        attempts=callback.attempts,
        last_status=callback.last_status,
        last_error=callback.last_error,
        next_at=to_datetime(callback.next_at),
        on=job.callback_on or [],
    )


def _delivery_view(job: Job) -> DeliveryView | None:
    if job.deliver_url is None:
        return None
    delivery = OutputDelivery.of(job)
    return DeliveryView(
        url=job.deliver_url,
        state=delivery.state,
        sent=delivery.sent,
        total=job.outputs["count"] if job.outputs else None,
        attempts=delivery.attempts,
        last_status=delivery.last_status,
        last_error=delivery.last_error,
        next_at=to_datetime(delivery.next_at),
    )


USD_PER_GB_SECOND = 0.0000166667
"""Lambda's list price on x86 in us-east-1; other regions differ slightly."""


def _timing_view(job: Job) -> Timing:
    started, ended = job.started_at, job.ended_at
    cost = None
    if job.ended and job.memory_mb and job.billed_ms:
        cost = round(job.billed_ms / 1000 * job.memory_mb / 1024 * USD_PER_GB_SECOND, 9)
    return Timing(
        queued_ms=max(0, round((started - job.ready_at) * 1000)) if started else None,
        running_ms=round((ended - started) * 1000) if started and ended else None,
        cold_start=job.cold_start,
        cost_usd=cost,
    )
