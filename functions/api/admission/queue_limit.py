"""Room in the queues: how many messages may wait before new work is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from heavylift.errors import QueueFull
from heavylift.ports.queue import Depth
from heavylift.ports.system import System

GOOD_FOR_S = 2.0
"""How long a reading of a queue's depth is used for."""


@dataclass
class _Reading:
    waiting: int = 0
    taken_at: float = float("-inf")
    sent: int = 0
    """Accepted by this process since the reading."""
    pending: int = 0
    """Being accepted just now: known to nobody else yet."""


class QueueLimiter:
    """One process's view: exact for what it accepts itself, `GOOD_FOR_S` behind on what others do."""

    def __init__(self, system: System, limits: Mapping[str, int]) -> None:
        self._system = system
        self._limits = limits
        self._readings: dict[str, _Reading] = {}
        self._lock = threading.Lock()

    def limit(self, queue: str) -> int | None:
        """How many messages may wait there; None where there is no limit."""
        return self._limits.get(queue) or None

    @contextmanager
    def reserve(self, queue: str, retry_after_s: int = 1) -> Iterator[None]:
        """Room for one message, taken unless the block raises; QueueFull if there is none."""
        limit = self.limit(queue)
        if limit is None:
            yield
            return
        reading = self._reserve(queue, limit, retry_after_s)
        try:
            yield
        except BaseException:
            with self._lock:
                reading.pending -= 1
            raise
        with self._lock:
            reading.pending -= 1
            reading.sent += 1

    def _reserve(self, queue: str, limit: int, retry_after_s: int) -> _Reading:
        with self._lock:
            reading = self._readings.setdefault(queue, _Reading())
            now = self._system.clock.now()
            if now - reading.taken_at >= GOOD_FOR_S:
                reading.waiting, reading.taken_at, reading.sent = waiting(self._system, queue), now, 0
            if reading.waiting + reading.sent + reading.pending >= limit:
                raise QueueFull(f"{limit} jobs wait already.", retry_after_s)
            reading.pending += 1
            return reading


def waiting(system: System, queue: str) -> int:
    depth: Depth = system.queue.depth(queue)
    return depth.visible + depth.delayed
