"""The models of dead letters that run again."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas.refused import RefusedJob
from heavylift.service.job_view import EXAMPLE_ID, JobView


class Redrive(BaseModel):
    """Dead letters to run again: named by their ids, or all of a queue, a task or both."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"job_ids": [EXAMPLE_ID]}, {"queue": "pages"}],
            "oneOf": [
                {"required": ["job_ids"], "properties": {"queue": False, "task": False, "cursor": False}},
                {"required": ["queue"], "properties": {"job_ids": False}},
                {"required": ["task"], "properties": {"job_ids": False, "queue": False}},
            ],
        },
    )

    job_ids: list[Annotated[str, Field(max_length=64)]] = Field(default=[], min_length=1, max_length=100)
    queue: Annotated[str, Field(max_length=64)] = ""
    task: Annotated[str, Field(max_length=64)] = ""
    limit: int = Field(
        default=100, ge=1, le=100, description="How many dead letters of a queue or task to run in this call"
    )
    cursor: Annotated[str, Field(max_length=256, description="`next` of the previous call")] = ""

    @model_validator(mode="after")
    def _ids_or_all_of_something(self) -> Redrive:
        given = self.model_fields_set
        if ("job_ids" in given) == bool(given & {"queue", "task"}) or {"job_ids", "cursor"} <= given:
            raise ValueError("give either job_ids, or a queue, a task or both")
        return self


class RefusedRedrive(RefusedJob):  # a name of its own in the OpenAPI document
    pass


class RedriveResult(BaseModel):
    jobs: list[JobView] = Field(description="The jobs that run again")
    refused: list[RefusedRedrive] = Field(description="The jobs that do not run again, each with its reason")
    next: str | None = Field(description="The cursor of the next call; null if no dead letter is left")
