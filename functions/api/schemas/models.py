"""The models of kept models."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from heavylift.service.job_view import EXAMPLE_ID


class KeepJob(BaseModel):
    """The job whose model to keep."""

    model_config = ConfigDict(extra="forbid")

    job_id: str = Field(
        min_length=1, max_length=64, description="A DONE job of train-model", examples=[EXAMPLE_ID]
    )


class ModelSummary(BaseModel):
    name: str = Field(examples=["churn"])
    latest: int = Field(
        description="The number of the newest version; numbers are not used again", examples=[3]
    )
    count: int = Field(description="How many versions there are", examples=[2])
    updated_at: datetime = Field(description="When a version was last added or deleted")


class ModelList(BaseModel):
    items: list[ModelSummary]


class ModelVersion(BaseModel):
    name: str = Field(examples=["churn"])
    version: int = Field(examples=[3])
    reference: str = Field(description="What the task predict takes as `model`", examples=["churn@3"])
    task: str = Field(examples=["train-model"])
    job_id: str = Field(description="The job that made it; it may have expired", examples=[EXAMPLE_ID])
    bytes: int
    created_at: datetime
    result: dict[str, Any] = Field(description="The result of that job")
    url: str = Field(description="A presigned URL: needs no key, valid for at most an hour")


class ModelDetail(ModelSummary):
    versions: list[ModelVersion] = Field(description="Newest first")
