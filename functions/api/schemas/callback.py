"""The model of a submission's callback."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from heavylift.webhooks.headers import MAX_HEADERS

End = Literal["done", "failed", "canceled"]
MAX_URL_CHARS = 2048
URL_DESCRIPTION = "The URL to POST the job to, signed, when it has ended; https, with a public address"


class NewCallback(BaseModel):
    """Where a job is sent when it has ended, with which headers, and for which ends."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(
        max_length=MAX_URL_CHARS,
        description=URL_DESCRIPTION,
        examples=["https://example.org/hooks/heavylift"],
    )
    headers: dict[str, str] = Field(
        default={},
        max_length=MAX_HEADERS,
        description="Headers of your own, such as Authorization. No answer shows them",
        json_schema_extra={"writeOnly": True},
        examples=[{"Authorization": "Bearer 2f9c"}],
    )
    on: Annotated[list[End], Field(min_length=1)] | None = Field(
        default=None,
        description="The ends that it is sent for. Default: all",
        examples=[["failed", "canceled"]],
    )

    @model_validator(mode="after")
    def _each_end_once(self) -> NewCallback:
        if self.on and len(set(self.on)) < len(self.on):
            raise ValueError("an end is there more than once")
        return self
