"""The models of outputs."""

from __future__ import annotations

from pydantic import BaseModel, Field


class OutputView(BaseModel):
    name: str = Field(examples=["page-0001.png"])
    media_type: str = Field(examples=["image/png"])
    bytes: int
    download_name: str = Field(
        description="The name under which a browser saves it: with the input's name in front",
        examples=["report-page-0001.png"],
    )
    url: str = Field(description="A presigned URL: needs no key, valid for at most an hour")


class OutputPage(BaseModel):
    items: list[OutputView]
    count: int = Field(description="How many outputs the job has in all")
    next: str | None = Field(description="The cursor of the next page; null on the last page")
