"""The query of a search for jobs: labels, times of creation, and the order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BeforeValidator

from api.http import cursor as cursors
from heavylift.errors import InvalidRequest
from heavylift.jobs.download_names import MAX_NAME_CHARS
from heavylift.jobs.states import Status
from heavylift.ports.table import TENANT, Item
from heavylift.service.labels import MAX_TAG_CHARS
from heavylift.service.listing import tenant_partition
from heavylift.service.wanted import Wanted


def _refuse_number(given: object) -> object:
    """Raise ValueError for a number. Pydantic would guess whether it counts seconds or milliseconds."""
    try:
        if isinstance(given, str):
            float(given)
    except ValueError:
        return given
    raise ValueError("a time is needed, such as 2026-01-31T09:00:00Z, and not a number")


Time = Annotated[datetime, BeforeValidator(_refuse_number)]


@dataclass(frozen=True)
class Filter:
    """A dependency: FastAPI reads each field from the query."""

    reference: Annotated[
        str | None, Query(min_length=1, max_length=MAX_NAME_CHARS, description="Only jobs of this reference")
    ] = None
    tag: Annotated[
        str | None, Query(min_length=1, max_length=MAX_TAG_CHARS, description="Only jobs with this tag")
    ] = None
    name: Annotated[
        str | None,
        Query(min_length=1, max_length=MAX_NAME_CHARS, description="A part of the name, or of the file's"),
    ] = None
    since: Annotated[
        Time | None, Query(description="Only jobs created at this time or later; UTC without a zone")
    ] = None
    before: Annotated[
        Time | None, Query(description="Only jobs created before this time; UTC without a zone")
    ] = None

    def wanted(self, status: Status | None, task: str | None) -> Wanted:
        """Return what to search for. Raises InvalidRequest if `since` is not before `before`."""
        since, before = to_times(self.since, self.before, "/query/since")
        return Wanted(
            status=status,
            task=task,
            reference=self.reference,
            tag=self.tag,
            name=self.name,
            since=since,
            before=before,
        )


@dataclass(frozen=True)
class Search(Filter):
    """A filter, and the order of what is found."""

    order: Annotated[Literal["newest", "oldest"], Query(description="Which jobs come first")] = "newest"


def start_of(cursor: str | None, tenant: str, wanted: Wanted, pointer: str = cursors.POINTER) -> Item | None:
    """Return where a search goes on. Raises InvalidRequest for a cursor of another list or another time."""
    start = cursors.to_item(cursor, TENANT, tenant_partition(tenant), pointer)
    if start and not wanted.holds_id(start["id"]):  # the table refuses a start outside the times
        raise cursors.unknown_cursor(pointer)
    return start


def to_times(
    since: datetime | None, before: datetime | None, pointer: str
) -> tuple[float | None, float | None]:
    """Return the two in seconds since 1970. Raises InvalidRequest at `pointer` if `since` is not earlier."""
    times = _to_seconds(since), _to_seconds(before)
    if times[0] is not None and times[1] is not None and times[0] >= times[1]:
        raise InvalidRequest.at(pointer, "It must be earlier than `before`.")
    return times


def _to_seconds(time: datetime | None) -> float | None:
    """Return seconds since 1970. A time without a zone is taken as UTC."""
    if time is None:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
