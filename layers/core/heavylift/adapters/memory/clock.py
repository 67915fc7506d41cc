"""The Clock port for tests."""

from __future__ import annotations


class ManualClock:
    """A clock that moves only when `sleep` is called."""

    def __init__(self, now: float = 1_790_000_000.0) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += max(0.0, seconds)
