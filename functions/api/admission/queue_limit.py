"""The limit of a queue: how many messages may wait before the API refuses new jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from heavylift.errors import QueueFull
from heavylift.ports.lanes import Lane, lane_of
from heavylift.ports.queue import Depth
from heavylift.ports.system import System

CACHE_TTL_S = 2.0
"""How long a reading of a queue's depth is used."""


@dataclass
class _Reading:
    waiting: int = 0
    taken_at: float = float("-inf")
    sent: int = 0
    """Messages that this process has sent since the reading."""
    pending: int = 0
    """Messages that this process is about to send."""


class QueueLimiter:
    """Exact for the messages of this process; up to `CACHE_TTL_S` behind on those of other processes."""

    def __init__(self, system: System, limits: Mapping[str, int], default: int = 0, bulk: int = 0) -> None:
        self._system = system
        self._defaults = {Lane.STANDARD: default, Lane.BULK: bulk}
        self._limits = limits
        self._readings: dict[str, _Reading] = {}
        self._lock = threading.Lock()

    def limit_of(self, queue: str) -> int | None:
        """Return how many messages may wait in the queue; None if it has no limit."""
        return self._limits.get(queue, self._defaults[lane_of(queue)]) or None

    @contextmanager
    def reserve(self, queue: str, retry_after: Callable[[], int]) -> Iterator[None]:
        """Reserve room for one message. The room is given back if the block raises.

        Raises QueueFull if there is no room. Only then `retry_after` is called: it may read the table.
        """
        limit = self.limit_of(queue)
        if limit is None:
            yield
            return
        reading = self._reserve(queue, limit)
        if reading is None:
            raise QueueFull(f"The queue is at its limit of {limit} waiting jobs.", retry_after())
        try:
            yield
        except BaseException:
            with self._lock:
                reading.pending -= 1
            raise
        with self._lock:
            reading.pending -= 1
            reading.sent += 1

    def _reserve(self, queue: str, limit: int) -> _Reading | None:
        """Return the reading that counts the message; None if there is no room."""
        with self._lock:
            reading = self._readings.setdefault(queue, _Reading())
            now = self._system.clock.now()
            if now - reading.taken_at >= CACHE_TTL_S:
                reading.waiting, reading.taken_at, reading.sent = count_waiting(self._system, queue), now, 0
            if reading.waiting + reading.sent + reading.pending >= limit:
                return None
            reading.pending += 1
            return reading


def count_waiting(system: System, queue: str) -> int:
    depth: Depth = system.queue.get_depth(queue)
    return depth.visible + depth.delayed
