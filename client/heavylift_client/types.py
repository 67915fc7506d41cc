"""The API's responses, as far as programs need them; /openapi.json has every field."""

from __future__ import annotations

from typing import Any, Literal, TypedDict


class Progress(TypedDict):
    done: int
    total: int | None


class Counted(TypedDict):
    count: int
    bytes: int


class Job(TypedDict):
    id: str
    task: str
    status: Literal["PROCESSING", "DONE", "FAILED", "CANCELED"]
    phase: Literal["queued", "running", "finished"]
    params: dict[str, Any]
    progress: Progress
    attempt: int
    created_at: str
    deadline: str
    expires_at: str
    result: dict[str, Any] | None
    outputs: Counted
    error: dict[str, Any] | None
    timing: dict[str, Any]
    links: dict[str, str]


class Output(TypedDict):
    name: str
    media_type: str
    bytes: int
    url: str
    """A presigned URL: valid for an hour, needs no key."""


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
