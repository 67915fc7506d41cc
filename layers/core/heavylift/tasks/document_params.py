"""Params that several tasks on documents have."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from heavylift.tasks.page_ranges import MAX_TEXT, parse_ranges


def _page_ranges(text: str) -> str:
    parse_ranges(text)
    return text


Pages = Annotated[
    Annotated[str, AfterValidator(_page_ranges)] | None,
    Field(
        min_length=1,
        max_length=MAX_TEXT,
        description="Which pages, counted from 1: single ones and ranges, `12-` to the end. Default: all.",
        examples=["1-3,7", "12-"],
    ),
]

# Plain text, because params are stored with the job and read back by the worker. It is never logged nor
# shown: repr leaves it out, and so does every answer what is writeOnly (`shown_params.py`).
Password = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=127,
        repr=False,
        description="Opens an encrypted PDF. Kept with the job until it expires; never shown or logged.",
        json_schema_extra={"format": "password", "writeOnly": True},
    ),
]
