"""The query of a search for jobs: labels, times of creation, and the order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BeforeValidator

from heavylift.errors import InvalidRequest
from heavylift.jobs.download_names import MAX_NAME_CHARS
from heavylift.jobs.job import Status
from heavylift.service.labels import MAX_TAG_CHARS
from heavylift.service.search import Wanted


def _refuse_number(text: str) -> str:
    """Raise ValueError for a number. Pydantic would guess whether it counts seconds or milliseconds."""
    try:
        float(text)
    except ValueError:
        return text
    raise ValueError("a time is needed, such as 2026-01-31T09:00:00Z, and not a number")


Time = Annotated[datetime, BeforeValidator(_refuse_number)]


@dataclass(frozen=True)
class Search:
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
    order: Annotated[Literal["newest", "oldest"], Query(description="Which jobs come first")] = "newest"

    def wanted(self, status: Status | None, task: str | None) -> Wanted:
        """Return what to search for. Raises InvalidRequest if `since` is not before `before`."""
        since, before = _to_seconds(self.since), _to_seconds(self.before)
        if since is not None and before is not None and since >= before:
            raise InvalidRequest.at("/query/since", "It must be earlier than `before`.")
        return Wanted(
            status=status,
            task=task,
            reference=self.reference,
            tag=self.tag,
            name=self.name,
            since=since,
            before=before,
        )


def _to_seconds(time: datetime | None) -> float | None:
    """Return seconds since 1970. A time without a zone is taken as UTC."""
    if time is None:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
