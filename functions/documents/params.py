"""Params that several tasks on documents share."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from documents.page_ranges import MAX_TEXT, parse_ranges


def _check_page_ranges(text: str) -> str:
    parse_ranges(text)
    return text


Pages = Annotated[
    Annotated[str, AfterValidator(_check_page_ranges)] | None,
    Field(
        min_length=1,
        max_length=MAX_TEXT,
        description="Pages and ranges, counted from 1; `12-` means to the end. Default: all.",
        examples=["1-3,7", "12-"],
    ),
]

# Plain text, because the worker reads it from the job's record. It is never logged or shown: `repr` omits it,
# and `redact.py` removes `writeOnly` params from every response.
Password = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=127,
        repr=False,
        description="Opens an encrypted PDF. Stored with the job until it expires; never shown or logged.",
        json_schema_extra={"format": "password", "writeOnly": True},
    ),
]
