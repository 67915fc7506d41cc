"""Cursors: the position in a list as opaque text.

A cursor never names the partition. The partition is always the caller's own, so a cursor gives no access to
another tenant's list. It ends with a mark of its list, so that a cursor of another list is refused.
"""

from __future__ import annotations

import binascii
import hashlib
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


POINTER = "/query/cursor"


def encode(values: list[Any], of: str) -> str:
    """Return the values as a cursor of the list that is named `of`."""
    text = json.dumps([*values, _mark(of)], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str, of: str, *kinds: type | tuple[type, ...], pointer: str = POINTER) -> list[Any]:
    """Return the values of a cursor. Raises InvalidRequest unless they are of these types and this list."""
    try:
        found = json.loads(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except (ValueError, RecursionError, binascii.Error):
        raise unknown_cursor(pointer) from None
    if not isinstance(found, list) or len(found) != len(kinds) + 1 or found[-1] != _mark(of):
        raise unknown_cursor(pointer)
    values = found[:-1]
    if not all(type(each) in _as_tuple(kind) for each, kind in zip(values, kinds, strict=True)):
        raise unknown_cursor(pointer)
    return values


def _mark(of: str) -> str:
    return hashlib.sha256(of.encode()).hexdigest()[:8]


def _as_tuple(kind: type | tuple[type, ...]) -> tuple[type, ...]:
    return kind if isinstance(kind, tuple) else (kind,)


def unknown_cursor(pointer: str = POINTER) -> InvalidRequest:
    return InvalidRequest.at(pointer, "The cursor is not valid for this list.")


def from_item(item: Item | None, index: Index) -> str | None:
    """Return a position in an index of jobs as a cursor; None for the end."""
    if item is None:
        return None
    return encode([item["pk"].removeprefix("JOB#"), item[index.sort]], item[index.partition])


def to_item(text: str | None, index: Index, partition: str, pointer: str = POINTER) -> Item | None:
    """Return the position of a cursor in an index of jobs. Raises InvalidRequest if it is not valid."""
    if text is None:
        return None
    job_id, sort = decode(text, partition, str, (str, int, float), pointer=pointer)
    if created_at_of(job_id) is None or (index.sort == "id") != isinstance(sort, str):
        raise unknown_cursor(pointer)
    if index.sort == "id" and sort != job_id:
        raise unknown_cursor(pointer)
    if number_faults(sort):  # the table refuses such a key
        raise unknown_cursor(pointer)
    return {**job_key(job_id)._asdict(), index.partition: partition, index.sort: sort}
