"""The port of time."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Return the seconds since 1970, UTC."""

    def sleep(self, seconds: float) -> None: ...
