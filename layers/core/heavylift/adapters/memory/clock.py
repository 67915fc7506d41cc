"""A clock that a test moves."""

from __future__ import annotations


class ManualClock:
    """Time that passes only when it is told to; sleeping moves it."""

    def __init__(self, now: float = 1_790_000_000.0) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += max(0.0, seconds)
