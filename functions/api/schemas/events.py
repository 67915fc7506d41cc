"""The model of a job's events."""

from __future__ import annotations

from pydantic import BaseModel, Field

from heavylift.service.event import EventView


class EventList(BaseModel):
    items: list[EventView] = Field(description="Oldest first")
