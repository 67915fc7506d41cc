"""The models of uploads."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class NewUpload(BaseModel):
    model_config = ConfigDict(extra="forbid")

    task: str = Field(max_length=64, description="The task that the file is for", examples=["pdf-to-images"])
    media_type: str | None = Field(
        default=None,
        max_length=100,
        description="A media type that the task accepts; the first of them if left out",
    )


class UploadView(BaseModel):
    upload_id: str
    url: str = Field(
        description="POST the file to this URL as multipart/form-data: first the fields, then `file`"
    )
    fields: dict[str, str]
    max_bytes: int
    expires_at: datetime
