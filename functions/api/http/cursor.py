"""Where a list goes on, as a text that only this API reads.

It never names the partition: that is the caller's own, so a cursor opens nobody else's list.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Any

from fastapi import Query

from heavylift.errors import InvalidRequest
from heavylift.jobs.ids import created_at_of
from heavylift.jobs.job import job_key
from heavylift.ports.table import Index, Item

Cursor = Annotated[str | None, Query(max_length=256, description="`next` of the page before")]


def write(value: list[Any]) -> str:
    return urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def read(text: str, *kinds: type | tuple[type, ...]) -> list[Any]:
    """The values of a cursor; InvalidRequest unless they are of these kinds."""
    try:
        value = json.loads(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except (ValueError, RecursionError, binascii.Error):
        raise unknown() from None
    fits = isinstance(value, list) and len(value) == len(kinds)
    if not fits or not all(type(each) in _several(kind) for each, kind in zip(value, kinds, strict=True)):
        raise unknown()
    return list(value)


def _several(kind: type | tuple[type, ...]) -> tuple[type, ...]:
    return kind if isinstance(kind, tuple) else (kind,)


def unknown() -> InvalidRequest:
    detail = "The cursor is not one that this list gave."
    return InvalidRequest.at("/query/cursor", detail)


def of_item(item: Item | None, index: Index) -> str | None:
    """A place in an index of jobs."""
    if item is None:
        return None
    return write([item["pk"].removeprefix("JOB#"), item[index.sort]])


def to_item(text: str | None, index: Index, partition: str) -> Item | None:
    if text is None:
        return None
    job_id, sort = read(text, str, (str, int, float))
    if created_at_of(job_id) is None or (index.sort == "id") != isinstance(sort, str):
        raise unknown()
    if index.sort == "id" and sort != job_id:
        raise unknown()
    return {**job_key(job_id)._asdict(), index.partition: partition, index.sort: sort}
