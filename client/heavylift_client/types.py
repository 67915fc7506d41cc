"""The API's responses, as far as programs need them; /openapi.json has every field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NotRequired, TypedDict


class Progress(TypedDict):
    done: int
    total: int | None
    text: str | None
    """What the task shows beside it; None in lists."""


class JobLogLine(TypedDict):
    at: str
    attempt: int
    text: str


class Counted(TypedDict):
    count: int
    bytes: int


class Callback(TypedDict, total=False):
    """Where the job is sent when it has ended. The `url` is needed."""

    url: str
    headers: Mapping[str, str]
    """Headers of your own. No answer shows them."""
    on: Sequence[Literal["done", "failed", "canceled"]]
    """The ends that it is sent for; without it, all."""


class SubmitOptions(TypedDict, total=False):
    """What a submission may have beside its task, params and input."""

    input_url: str | None
    """A url that the worker fetches the input from."""
    input_headers: Mapping[str, str] | None
    """Sent with that request, to the url's own host only."""

    callback_url: str | None
    callback: Callback | None
    """Instead of `callback_url`."""
    deliver: Mapping[str, Any] | None
    """Where the outputs are sent: `{"put_url": "https://…/{name}"}`, or `{"post": {"url", "fields"}}`."""
    name: str | None
    """What people call the job."""
    reference: str | None
    """Your own id of the job."""
    tags: Sequence[str]
    lane: Literal["standard", "bulk"] | None
    run_at: datetime | str | None
    """Start at this time, within 30 days. A datetime without a zone is local time."""
    delay_s: float | None
    """Start so many seconds from now."""
    after: Sequence[str]
    """Start once these jobs of yours are DONE, at most 10."""
    after_any: bool
    """Start even if one of those is FAILED or CANCELED."""
    deadline_s: int | None
    """Seconds within which the job ends, whatever happens; at most the task's."""
    expire_in: int | None
    """Seconds for which the job and its outputs are kept after its end; at most the stack's retention."""


class JobFilter(TypedDict, total=False):
    """Which jobs. What is left out or None stands for any value."""

    status: str | None
    task: str | None
    reference: str | None
    tag: str | None
    name: str | None
    """A part of the job's name or of its file's, in any case."""
    since: datetime | str | None
    """Created at this time or later."""
    before: datetime | str | None


class JobSearch(JobFilter, total=False):
    """Which jobs to list, and in which order."""

    order: Literal["newest", "oldest"] | None


class InputFile(TypedDict):
    name: str | None
    bytes: int | None
    """None until a url is fetched, as is `media_type`."""
    media_type: str | None
    url: str | None
    """Where the file comes from, without the query."""


class Delivery(TypedDict):
    url: str
    state: Literal["pending", "delivered", "failed", "gone"]
    sent: int
    total: int | None
    last_error: str | None


class Links(TypedDict):
    self: str
    outputs: str
    events: str
    dependents: list[str]
    """After a retry: jobs that failed because this one had failed."""


class PlaceInBatch(TypedDict):
    id: str
    number: int
    """The item's number, or its line in the manifest; from 1."""


class Job(TypedDict):
    id: str
    task: str
    name: str | None
    reference: str | None
    tags: list[str]
    input: InputFile | None
    status: Literal["PROCESSING", "DONE", "FAILED", "CANCELED"]
    phase: Literal["scheduled", "waiting", "queued", "running", "finished"]
    run_at: str | None
    after: list[str]
    waits_for: list[str]
    """Those of `after` for which it still waits."""
    batch: NotRequired[PlaceInBatch | None]
    """None of a job that is in no batch; a batch itself does not have it."""
    params: dict[str, Any]
    progress: Progress
    log: list[JobLogLine]
    """The last lines of the task; empty in lists. Those of parts are in the job's events."""
    attempt: int
    created_at: str
    updated_at: str
    deadline: str
    expires_at: str
    result: dict[str, Any] | None
    outputs: Counted
    delivery: Delivery | None
    error: dict[str, Any] | None
    timing: dict[str, Any]
    links: Links
    elided: list[str]
    """What a list leaves out, as JSON pointers."""


class BatchJobs(TypedDict):
    total: int | None
    made: int
    open: int
    done: int
    failed: int
    canceled: int


class Batch(Job):
    jobs: BatchJobs
    """How the jobs of the batch stand."""
    cost_usd: float
    estimated_end: str | None
    skipped: int
    skipped_items: list[dict[str, Any]]


class Event(TypedDict):
    at: str
    kind: str
    """`accepted`, `queued`, `claimed`, `log`, `attempt-failed`, `ended`, …"""
    text: str
    """For people."""
    data: dict[str, Any]
    """For programs: what belongs to the kind."""


class LogLine(JobLogLine):
    part: int | None
    """The part of the job that wrote it; None for the job itself."""


class Refusal(TypedDict):
    """A job to which a call for many did nothing, and the reason."""

    id: str
    type: str
    title: str
    detail: str


class JobCounts(TypedDict):
    counts: dict[str, int]
    """Status → number of jobs."""
    total: int
    at_least: bool
    """Whether there may be more."""


class Output(TypedDict):
    name: str
    download_name: str
    media_type: str
    bytes: int
    url: str
    """A presigned URL: valid for an hour, needs no key."""


class BatchOutputs(TypedDict):
    job_id: str
    number: int
    items: list[Output]


class UploadPart(TypedDict):
    number: int
    """From 1."""
    bytes: int
    stored: bool
    url: str
    """A presigned URL for a PUT of these bytes: valid for an hour, needs no key."""


class Task(TypedDict):
    name: str
    title: str
    description: str
    input: Literal["required", "optional", "none"]
    accepts: list[str]
    limits: dict[str, float]
    params: dict[str, Any]
    """A JSON Schema."""


class Queue(TypedDict):
    name: str
    visible: int
    in_flight: int
    delayed: int
    dead_letters: int
    limit: int | None
    paused: bool
    paused_since: str | None


class Schedule(TypedDict):
    name: str
    cron: str | None
    rate: str | None
    timezone: str
    task: str
    params: dict[str, Any]
    overlap: Literal["skip", "queue"]
    paused_since: str | None
    next_runs: list[str]
    last_run: dict[str, Any] | None
    """`at`, and the `job_id` of the newest job."""
    refused: dict[str, Any] | None


class Model(TypedDict):
    name: str
    latest: int
    """The number of the newest version, deleted or not."""
    count: int
    """How many versions there are."""
    updated_at: str


class ModelVersion(TypedDict):
    name: str
    version: int
    reference: str
    """What the task predict takes as `model`: `churn@3`."""
    task: str
    job_id: str
    bytes: int
    created_at: str
    result: dict[str, Any]
    url: str
    """A presigned URL: valid for an hour, needs no key."""
