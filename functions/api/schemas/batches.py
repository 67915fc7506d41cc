"""The models of batches."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas.callback import MAX_URL_CHARS, URL_DESCRIPTION
from api.schemas.outputs import OutputView
from heavylift.service.batches.items import MAX_INLINE_ITEMS, BatchItem
from heavylift.service.job_view import EXAMPLE_ID, JobView
from heavylift.service.labels import MAX_TAGS, Label, Tag


class ManifestReference(BaseModel):
    """An upload that holds the items, as JSON lines."""

    model_config = ConfigDict(extra="forbid")

    upload_id: str = Field(pattern=r"^[0-9a-f-]{36}$", examples=[EXAMPLE_ID])


class BatchRequest(BaseModel):
    """Many jobs of one task. Their items stand in the request, or in a manifest."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"task": "message", "items": [{"params": {"seconds": 1}}, {"name": "second"}]}],
            "oneOf": [
                {"required": ["items"], "properties": {"manifest": False}},
                {"required": ["manifest"], "properties": {"items": False}},
            ],
        },
    )

    task: str = Field(max_length=64, description="The task of all jobs", examples=["pdf-to-images"])
    params: dict[str, Any] = Field(default={}, description="What the params of the jobs have in common")
    items: list[BatchItem] = Field(default=[], min_length=1, max_length=MAX_INLINE_ITEMS)
    manifest: ManifestReference | None = None
    lane: Literal["bulk", "standard"] = Field(
        default="bulk", description="The lane of the jobs. In `bulk` they do not hold up single jobs"
    )
    on_failure: Literal["continue", "stop"] = Field(
        default="continue",
        description="Whether the first failed job ends the batch. The rest is canceled",
    )
    on_invalid: Literal["fail", "skip"] = Field(
        default="fail",
        description="Whether no job is made if an item does not fit, or it is left out",
    )
    callback_url: Annotated[str | None, Field(max_length=MAX_URL_CHARS, description=URL_DESCRIPTION)] = None
    name: Label | None = Field(default=None, examples=["Invoices of November"])
    reference: Label | None = Field(default=None, description="Your own id of the batch")
    tags: list[Tag] = Field(
        default=[], max_length=MAX_TAGS, description="Each at most once. The jobs have them, too"
    )

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if bool(self.items) == (self.manifest is not None):
            raise ValueError("give either items or a manifest")
        if len(set(self.tags)) < len(self.tags):
            raise ValueError("a tag is there more than once")
        return self


class OutputsOfJob(BaseModel):
    job_id: str = Field(examples=[EXAMPLE_ID])
    number: int = Field(description="The item's number, or its line in the manifest")
    items: list[OutputView]


class BatchOutputs(BaseModel):
    items: list[OutputsOfJob] = Field(description="The DONE jobs, in the order of the batch's items")
    next: str | None = Field(description="The cursor of the next page; null on the last page")


class BatchJobList(BaseModel):
    items: list[JobView] = Field(description="In the order of the batch's items")
    next: str | None = Field(description="The cursor of the next page; null on the last page")
