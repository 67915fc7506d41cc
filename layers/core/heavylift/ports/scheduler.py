"""The port of the scheduler: entries that call a function again and again. An entry may fire twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Protocol

TIME = "<aws.scheduler.scheduled-time>"
"""In a payload: the scheduler puts the time there at which the entry was to fire."""


@dataclass(frozen=True)
class Entry:
    name: str
    expression: str
    """As EventBridge Scheduler has it: `cron(30 2 * * ? *)` or `rate(6 hours)`."""
    timezone: str
    starts_at: float | None
    """When it fires first, in seconds since 1970; None for a cron expression."""
    payload: dict[str, str]

    def encode(self) -> str:
        """Return what the function gets, with `TIME` among it."""
        return json.dumps({**self.payload, "time": TIME})


class Scheduler(Protocol):
    def create(self, entry: Entry) -> None:
        """Create the entry, unless there is one of its name."""

    def delete(self, name: str) -> None:
        """Delete the entry, if there is one of this name."""
