"""What happened to a job, as clients see it: one event of its story."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from heavylift.service.times import to_datetime


class EventKind(StrEnum):
    """Events of the same moment have this order."""

    ACCEPTED = "accepted"
    RETRIED = "retried"
    SCHEDULED = "scheduled"
    WAITING = "waiting"
    QUEUED = "queued"
    RESCUED = "rescued"
    COLD_START = "cold-start"
    CLAIMED = "claimed"
    LOG = "log"
    SPLIT = "split"
    PROGRESS = "progress"
    PARTS = "parts"
    PART_DONE = "part-done"
    ATTEMPT_FAILED = "attempt-failed"
    RELEASED = "released"
    ENDED = "ended"
    CALLBACK = "callback"


ORDER = {kind: number for number, kind in enumerate(EventKind)}


@dataclass(frozen=True)
class Event:
    """`at` is in seconds since 1970."""

    at: float
    kind: EventKind
    text: str
    data: dict[str, Any] = field(default_factory=dict)


class EventView(BaseModel):
    at: datetime
    kind: EventKind
    text: str = Field(description="For people", examples=["A worker took the job: attempt 1 of 3."])
    data: dict[str, Any] = Field(
        description="For programs: what belongs to the kind", examples=[{"attempt": 1}]
    )


def sort_events(events: list[Event]) -> list[Event]:
    """Return the events oldest first."""
    return sorted(events, key=lambda event: (event.at, _rank(event)))


def _rank(event: Event) -> int:
    """Return the event's place among those of the same moment: a part has none before its job is split."""
    rank = ORDER[event.kind]
    return max(rank, ORDER[EventKind.SPLIT]) if "part" in event.data else rank


def view_event(event: Event) -> EventView:
    return EventView(at=to_datetime(event.at), kind=event.kind, text=event.text, data=event.data)


def to_iso(seconds: float | None) -> str | None:
    """Return a time in the form that answers have: 2026-11-28T09:00:00Z."""
    if seconds is None:
        return None
    return to_datetime(seconds).isoformat().replace("+00:00", "Z")


def count_of(number: int, noun: str) -> str:
    """Return the number with its noun: 1 part, 2 parts."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
