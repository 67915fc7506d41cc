"""The QueueSwitch port in memory: it holds back the messages of a MemoryQueue."""

from __future__ import annotations

from dataclasses import dataclass

from heavylift.adapters.memory.queue import MemoryQueue


@dataclass(frozen=True)
class MemorySwitch:
    queue: MemoryQueue

    def turn_off(self, queue: str) -> None:
        self.queue.off.add(queue)

    def turn_on(self, queue: str) -> None:
        self.queue.off.discard(queue)

    def is_off(self, queue: str) -> bool:
        return queue in self.queue.off
