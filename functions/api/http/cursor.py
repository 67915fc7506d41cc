"""Cursors: the position in a list as opaque text.

A cursor never names the partition. The partition is always the caller's own, so a cursor gives no access to
another tenant's list.
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
from heavylift.service.validation import number_faults

Cursor = Annotated[str | None, Query(max_length=256, description="`next` of the previous page")]


def encode(value: list[Any]) -> str:
    """Return the values as a cursor."""
    return urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(text: str, *kinds: type | tuple[type, ...]) -> list[Any]:
    """Return the values of a cursor. Raises InvalidRequest unless they are of these types."""
    try:
        value = json.loads(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except (ValueError, RecursionError, binascii.Error):
        raise unknown_cursor() from None
    fits = isinstance(value, list) and len(value) == len(kinds)
    if not fits or not all(type(each) in _as_tuple(kind) for each, kind in zip(value, kinds, strict=True)):
        raise unknown_cursor()
    return list(value)


def _as_tuple(kind: type | tuple[type, ...]) -> tuple[type, ...]:
    return kind if isinstance(kind, tuple) else (kind,)


def unknown_cursor() -> InvalidRequest:
    return InvalidRequest.at("/query/cursor", "The cursor is not valid for this list.")


def from_item(item: Item | None, index: Index) -> str | None:
    """Return a position in an index of jobs as a cursor; None for the end."""
    if item is None:
        return None
    return encode([item["pk"].removeprefix("JOB#"), item[index.sort]])


def to_item(text: str | None, index: Index, partition: str) -> Item | None:
    """Return the position of a cursor in an index of jobs. Raises InvalidRequest if it is not valid."""
    if text is None:
        return None
    job_id, sort = decode(text, str, (str, int, float))
    if created_at_of(job_id) is None or (index.sort == "id") != isinstance(sort, str):
        raise unknown_cursor()
    if index.sort == "id" and sort != job_id:
        raise unknown_cursor()
    if number_faults(sort):  # the table refuses such a key
        raise unknown_cursor()
    return {**job_key(job_id)._asdict(), index.partition: partition, index.sort: sort}
