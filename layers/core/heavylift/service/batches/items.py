"""The items of a batch: what a client gives for each of its jobs, as JSON lines."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from heavylift.service.inputs import Input, OutputOf, Upload
from heavylift.service.job_view import EXAMPLE_ID
from heavylift.service.labels import Label
from heavylift.service.remote import MAX_HEADERS, MAX_URL_CHARS, FromUrl
from heavylift.service.validation import validation_faults

MAX_INLINE_ITEMS = 1000
MAX_ITEMS = 100_000
MANIFEST = "application/x-ndjson"
MAX_LINE_BYTES = 100_000


def _without(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, False)


class ItemInput(BaseModel):
    """The input of one job: an upload, an output of another job, or a url that a worker fetches."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "oneOf": [
                {"required": ["upload_id"], "properties": _without("job_id", "output", "url", "headers")},
                {"required": ["job_id", "output"], "properties": _without("upload_id", "url", "headers")},
                {"required": ["url"], "properties": _without("upload_id", "job_id", "output")},
            ]
        },
    )

    upload_id: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$", examples=[EXAMPLE_ID])] = ""
    job_id: Annotated[str, Field(min_length=1, max_length=64, examples=[EXAMPLE_ID])] = ""
    output: Annotated[str, Field(min_length=1, max_length=255, examples=["page-0001.png"])] = ""
    url: Annotated[
        str,
        Field(min_length=1, max_length=MAX_URL_CHARS, examples=["https://example.org/files/report.pdf"]),
    ] = ""
    headers: Annotated[
        dict[str, str],
        Field(
            max_length=MAX_HEADERS,
            description="Sent with the request for the url. Never shown",
            json_schema_extra={"writeOnly": True},
        ),
    ] = {}

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if self.model_fields_set - {"headers"} not in ({"upload_id"}, {"job_id", "output"}, {"url"}):
            raise ValueError("give one of upload_id, url, or job_id together with output")
        if "headers" in self.model_fields_set and not self.url:
            raise ValueError("headers are for a url")
        return self

    def resolve(self) -> Input:
        if self.url:
            return FromUrl(self.url, self.headers)
        return Upload(self.upload_id) if self.upload_id else OutputOf(self.job_id, self.output)


class BatchItem(BaseModel):
    """One job of a batch."""

    model_config = ConfigDict(extra="forbid")

    input: ItemInput | None = None
    params: dict[str, Any] = Field(
        default={}, description="Added to the params of the batch, or instead of them"
    )
    name: Label | None = Field(default=None, examples=["Annual report"])
    reference: Label | None = Field(default=None, description="Your own id of the job", examples=["order-7"])
    file_name: str | None = Field(
        default=None, max_length=1000, description="The name of the file at `upload_id` or `url`"
    )


def write_lines(items: Iterable[BatchItem]) -> bytes:
    """Return items as a manifest."""
    lines = (json.dumps(item.model_dump(mode="json", exclude_unset=True)) for item in items)
    return "".join(f"{line}\n" for line in lines).encode()


def read_lines(lines: Iterable[bytes]) -> Iterator[tuple[int, BatchItem | str]]:
    """Yield the number of each line that is not empty, and its item, or what is wrong with it."""
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(BOM_UTF8).strip()
        if not text:
            continue
        if len(text) > MAX_LINE_BYTES:
            yield number, f"the line has more than {MAX_LINE_BYTES:,} bytes"
            continue
        try:
            yield number, BatchItem.model_validate_json(text)
        except ValidationError as error:
            faults = validation_faults(error.errors(include_url=False, include_input=False), "")
            yield number, describe_faults(faults)


def describe_faults(faults: Iterable[Any]) -> str:
    """Return faults of a request in one line of text."""
    return "; ".join(f"{fault['pointer'].rstrip('/') or 'the line'}: {fault['detail']}" for fault in faults)
