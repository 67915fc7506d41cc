"""The models of schedules."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas.jobs import InputReference
from heavylift.ports.lanes import Lane
from heavylift.service.job_view import EXAMPLE_ID

NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"
ScheduleName = Annotated[str, Field(pattern=f"^{NAME}$", examples=["nightly"])]


class Recurrence(BaseModel):
    """When a schedule runs: at the times of a cron expression, or at a rate."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "oneOf": [{"required": ["cron"]}, {"required": ["rate"]}],
            "examples": [{"cron": "30 2 * * *", "timezone": "Europe/Berlin"}],
        },
    )

    cron: str | None = Field(
        default=None,
        max_length=100,
        description="Minute, hour, day of the month, month, day of the week",
        examples=["30 2 * * *"],
    )
    rate: str | None = Field(
        default=None, max_length=20, description="Instead of `cron`", examples=["6 hours"]
    )
    timezone: str = Field(default="UTC", max_length=64, description="Of `cron`", examples=["Europe/Berlin"])

    @model_validator(mode="after")
    def _one_recurrence(self) -> Self:
        if (self.cron is None) == (self.rate is None):
            raise ValueError("give either cron or rate")
        return self


class UpcomingRuns(BaseModel):
    next_runs: list[datetime] = Field(description="The next three")


class NewSchedule(Recurrence):
    """A schedule: a job that is submitted again and again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "oneOf": [{"required": ["cron"]}, {"required": ["rate"]}],
            "examples": [
                {"name": "nightly", "cron": "30 2 * * *", "timezone": "Europe/Berlin", "task": "ocr"},
            ],
        },
    )

    name: ScheduleName
    task: str = Field(max_length=64)
    params: dict[str, Any] = {}
    input: InputReference | None = Field(
        default=None, description="An upload or an output. The schedule keeps a copy until it is deleted"
    )
    lane: Lane = Lane.STANDARD
    callback_url: str | None = Field(default=None, max_length=2048)
    overlap: Literal["skip", "queue"] = Field(
        default="skip",
        description="`skip`: no run while the job of the one before is open. `queue`: each time a run",
    )


class LastRun(BaseModel):
    at: datetime = Field(description="The time of the schedule, not of the job")
    job_id: str | None = Field(
        description="The newest job of the schedule; null before the first", examples=[EXAMPLE_ID]
    )


class RefusedRun(BaseModel):
    at: datetime
    type: str = Field(examples=["/problems/not-found"])
    title: str
    detail: str


class ScheduleView(BaseModel):
    model_config = ConfigDict(title="Schedule")

    name: str = Field(examples=["nightly"])
    cron: str | None
    rate: str | None
    timezone: str
    task: str = Field(examples=["ocr"])
    params: dict[str, Any]
    lane: Lane
    overlap: Literal["skip", "queue"]
    created_at: datetime
    paused_since: datetime | None = Field(description="Null unless the schedule is paused")
    next_runs: list[datetime] = Field(description="The next three; none while it is paused")
    last_run: LastRun | None = Field(description="The newest time that has come; null before the first")
    skipped_at: datetime | None = Field(description="The newest run that was left out as the last was open")
    refused: RefusedRun | None = Field(description="The newest run that could not be submitted, and why")


class ScheduleList(BaseModel):
    items: list[ScheduleView]
