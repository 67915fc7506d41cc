"""Times of records, in seconds since 1970, as answers have them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload


@overload
def to_datetime(seconds: float) -> datetime: ...
@overload
def to_datetime(seconds: None) -> None: ...
@overload
def to_datetime(seconds: float | None) -> datetime | None: ...
def to_datetime(seconds: float | None) -> datetime | None:
    """Return the time in UTC; None for None."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
