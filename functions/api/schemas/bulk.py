"""The models of acts on many jobs, and of their counts."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.http.search import Time, to_times
from api.schemas.refused import RefusedJob
from heavylift.jobs.download_names import MAX_NAME_CHARS
from heavylift.jobs.states import Status
from heavylift.service.job_view import EXAMPLE_ID
from heavylift.service.labels import MAX_TAG_CHARS
from heavylift.service.wanted import Wanted

ABSENT: Any = None
"""The value of a field that is not given. It may not be given as null."""
Text = Annotated[str, Field(min_length=1, max_length=MAX_NAME_CHARS)]


class JobFilter(BaseModel):
    """Which jobs, by the values that GET /v1/jobs takes: at least one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    status: Status = Field(default=ABSENT)
    task: Annotated[str, Field(min_length=1, max_length=64)] = Field(default=ABSENT)
    reference: Text = Field(default=ABSENT)
    tag: Annotated[str, Field(min_length=1, max_length=MAX_TAG_CHARS)] = Field(default=ABSENT)
    name: Text = Field(default=ABSENT, description="A part of the name, or of the file's")
    since: Time = Field(default=ABSENT, description="Created at this time or later; UTC without a zone")
    before: Time = Field(default=ABSENT, description="Created before this time; UTC without a zone")

    @model_validator(mode="after")
    def _something(self) -> JobFilter:
        if not self.model_fields_set:
            raise ValueError("give at least one value to choose the jobs by")
        return self

    def wanted(self) -> Wanted:
        """Return what to search for. Raises InvalidRequest if `since` is not before `before`."""
        since, before = to_times(self.since, self.before, "/filter/since")
        given = self.model_dump(exclude={"since", "before"})
        return Wanted(**given, since=since, before=before)


class ManyJobs(BaseModel):
    """Jobs to act on: named by their ids, or those that a filter finds."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"job_ids": [EXAMPLE_ID]}, {"filter": {"tag": "invoices"}}],
            "oneOf": [
                {"required": ["job_ids"], "properties": {"filter": False}},
                {"required": ["filter"], "properties": {"job_ids": False}},
            ],
        },
    )

    job_ids: list[Annotated[str, Field(max_length=64)]] = Field(default=[], min_length=1, max_length=100)
    filter: JobFilter = Field(default=ABSENT)
    limit: int = Field(default=100, ge=1, le=100, description="How many found jobs to act on in this call")
    cursor: Annotated[str, Field(max_length=256, description="`next` of the previous call")] = ""

    @model_validator(mode="after")
    def _ids_or_a_filter(self) -> ManyJobs:
        given = self.model_fields_set
        if ("job_ids" in given) == ("filter" in given):
            raise ValueError("give either job_ids or a filter")
        return self


class ManyResult(BaseModel):
    job_ids: list[str] = Field(description="The jobs to which it was done", examples=[[EXAMPLE_ID]])
    refused: list[RefusedJob] = Field(description="The jobs to which it was not done, each with its reason")
    next: str | None = Field(description="The cursor of the next call; null if no job is left")


class StatusCounts(BaseModel):
    PROCESSING: int
    DONE: int
    FAILED: int
    CANCELED: int


class JobCounts(BaseModel):
    counts: StatusCounts = Field(description="How many jobs have each status")
    total: int = Field(examples=[123])
    at_least: bool = Field(description="Whether there may be more: only the newest jobs are counted")
    next: str | None = Field(description="The cursor that counts the others; null if all are counted")
