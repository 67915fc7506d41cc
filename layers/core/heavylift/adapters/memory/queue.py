"""The JobQueue port in memory."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from heavylift.ports.clock import Clock
from heavylift.ports.queue import Depth, Message


@dataclass
class Delivery:
    """A message in a queue, and how often it was received."""

    body: str
    visible_at: float
    receipt: str = ""
    receives: int = 0
    group: str | None = None


@dataclass
class MemoryQueue:
    """At-least-once delivery with a visibility timeout, like SQS."""

    clock: Clock
    visibility_s: float = 30.0
    max_in_flight: int | None = None
    """While so many messages are in flight, no other is received: about 120,000 in SQS."""
    queues: dict[str, list[Delivery]] = field(default_factory=dict)
    off: set[str] = field(default_factory=set)
    """The queues that are switched off: no message of theirs is received."""
    _receipts: Iterator[int] = field(default_factory=itertools.count)

    def send(self, queue: str, message: Message, *, delay_s: float = 0, group: str | None = None) -> None:
        delivery = Delivery(message.encode(), self.clock.now() + delay_s, group=group)
        self.queues.setdefault(queue, []).append(delivery)

    def send_many(self, queue: str, messages: Sequence[Message], *, group: str | None = None) -> None:
        for message in messages:
            self.send(queue, message, group=group)

    def receive(self, queue: str) -> Delivery | None:
        """Return the next visible message, or None. Hides it for the visibility timeout."""
        if queue in self.off:
            return None
        if self.max_in_flight is not None and self.get_depth(queue).in_flight >= self.max_in_flight:
            return None
        for delivery in self.queues.get(queue, []):
            if delivery.visible_at <= self.clock.now():
                delivery.receipt = f"receipt-{next(self._receipts)}"
                delivery.receives += 1
                delivery.visible_at = self.clock.now() + self.visibility_s
                return delivery
        return None

    def delete(self, queue: str, receipt: str) -> None:
        self.queues[queue] = [each for each in self.queues.get(queue, []) if each.receipt != receipt]

    def postpone(self, queue: str, receipt: str, seconds: float) -> None:
        for delivery in self.queues.get(queue, []):
            if delivery.receipt == receipt:
                delivery.visible_at = self.clock.now() + seconds

    def get_depth(self, queue: str) -> Depth:
        hidden = [each for each in self.queues.get(queue, []) if each.visible_at > self.clock.now()]
        in_flight = sum(1 for each in hidden if each.receives)
        visible = len(self.queues.get(queue, [])) - len(hidden)
        return Depth(visible=visible, in_flight=in_flight, delayed=len(hidden) - in_flight)
