"""The models of uploads."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt


class NewUpload(BaseModel):
    model_config = ConfigDict(extra="forbid")

    task: str = Field(max_length=64, description="The task that the file is for", examples=["pdf-to-images"])
    media_type: str | None = Field(
        default=None,
        max_length=100,
        description="A media type that the task accepts; the first of them if left out",
    )
    bytes: Annotated[StrictInt, Field(ge=1, le=2**53 - 1)] | None = Field(
        default=None,
        description="The size of the file. Give it to send the file in parts: a broken upload can go on",
    )


class UploadPartView(BaseModel):
    number: int = Field(description="From 1")
    bytes: int = Field(description="Its size: the last part has the rest of the file")
    stored: bool = Field(description="Whether the part has arrived")
    url: str = Field(
        description="PUT these bytes of the file to this URL. It needs no key, for at most an hour"
    )


class UploadPartPage(BaseModel):
    items: list[UploadPartView]
    count: int = Field(description="How many parts the file has in all")
    next: str | None = Field(description="The cursor of the next page; null on the last page")


class PartsView(UploadPartPage):
    part_bytes: int = Field(description="The size of each part but the last")
    ends_at: datetime = Field(description="Until then parts can be sent, and the upload completed")


class UploadedFile(BaseModel):
    upload_id: str
    bytes: int
    media_type: str


class UploadView(BaseModel):
    upload_id: str
    url: str = Field(
        description="POST the file to this URL as multipart/form-data: first the fields, then `file`"
    )
    fields: dict[str, str]
    max_bytes: int
    expires_at: datetime
    parts: PartsView | None = Field(
        default=None, description="The first parts, if you gave `bytes`: another way to send the file"
    )
