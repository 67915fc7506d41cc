"""In-memory twins of every port, for tests and experiments.

They pass the same contract tests as the real ones (`tests/contract`); that is what makes them worth
having. Time comes from a clock, so that leases, delays and visibility can be played through at once.
"""

from __future__ import annotations

import copy
import itertools
import operator
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from heavylift.errors import NotFound
from heavylift.message import Message
from heavylift.ports import Clock, Depth, Stored
from heavylift.table import (
    AnyOf,
    Change,
    Condition,
    ConditionFailed,
    Create,
    Index,
    Item,
    Key,
    Page,
    Write,
    as_kept,
)


class ManualClock:
    """Time that passes only when it is told to; sleeping moves it."""

    def __init__(self, now: float = 1_790_000_000.0) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += max(0.0, seconds)


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda value, wanted: value in wanted,
    "exists": lambda _value, _wanted: True,
    "missing": lambda _value, _wanted: False,
}


def holds(condition: Condition, item: Item) -> bool:
    """Whether a condition holds for an item, as DynamoDB decides it."""
    if isinstance(condition, AnyOf):
        return any(holds(each, item) for each in condition.conditions)
    if condition.attribute not in item:
        return condition.operator in ("missing", "<>")
    return COMPARE[condition.operator](item[condition.attribute], condition.value)


def changed(item: Item | None, change: Change) -> Item:
    """The item after a change; the conditions are taken as checked."""
    after: Item = copy.deepcopy(item) if item is not None else {"pk": change.key.pk, "sk": change.key.sk}
    for name, value in change.default.items():
        after.setdefault(name, copy.deepcopy(value))
    after.update(copy.deepcopy(dict(change.set)))
    for name, amount in change.add.items():
        after[name] = after.get(name, 0) + amount
    for name, values in change.append.items():
        after[name] = [*after.get(name, []), *copy.deepcopy(values)]
    for name in change.remove:
        after.pop(name, None)
    return after


class MemoryTable:
    def __init__(self) -> None:
        self.items: dict[Key, Item] = {}
        self._lock = threading.RLock()

    def get(self, key: Key) -> Item | None:
        with self._lock:
            return copy.deepcopy(self.items.get(key))

    def update(self, change: Change) -> Item:
        with self._lock:
            self._check(change)
            self._apply(change)
            return copy.deepcopy(self.items[change.key])

    def create(self, item: Item) -> None:
        self.transact(Create(item))

    def transact(self, *writes: Write) -> None:
        with self._lock:
            for write in writes:
                self._check(write)
            for write in writes:
                self._apply(write)

    def children(self, pk: str, prefix: str) -> Iterator[Item]:
        with self._lock:
            found = [item for key, item in self.items.items() if key.pk == pk and key.sk.startswith(prefix)]
        yield from copy.deepcopy(sorted(found, key=lambda item: str(item["sk"])))

    def query(
        self,
        index: Index,
        partition: str,
        *,
        up_to: float | str | None = None,
        newest_first: bool = False,
        limit: int = 100,
        cursor: Item | None = None,
    ) -> Page:
        def order(item: Item) -> tuple[Any, str, str]:
            return item[index.sort], item["pk"], item["sk"]

        with self._lock:
            found = [
                item
                for item in self.items.values()
                if item.get(index.partition) == partition
                and index.sort in item
                and (up_to is None or item[index.sort] <= up_to)
            ]
            found.sort(key=order, reverse=newest_first)
            if cursor is not None:
                last = order(cursor)
                found = [
                    item for item in found if (order(item) < last if newest_first else order(item) > last)
                ]
            page = copy.deepcopy(found[:limit])
        more = len(found) > limit
        return Page(page, {name: page[-1][name] for name in ("pk", "sk", *index[1:])} if more else None)

    def _check(self, write: Write) -> None:
        item = self.items.get(write.key)
        if isinstance(write, Create):
            met = item is None
        else:
            met = (item is not None or write.upsert) and all(holds(each, item or {}) for each in write.when)
        if not met:
            raise ConditionFailed(write.key, copy.deepcopy(item))

    def _apply(self, write: Write) -> None:
        if isinstance(write, Create):
            self.items[write.key] = as_kept(copy.deepcopy(write.item))
        else:
            self.items[write.key] = as_kept(changed(self.items.get(write.key), write))


@dataclass
class Delivery:
    """A message in a queue, and how often it was handed out."""

    body: str
    visible_at: float
    receipt: str = ""
    receives: int = 0
    group: str | None = None


@dataclass
class MemoryQueue:
    """At-least-once delivery with visibility, as SQS has it."""

    clock: Clock
    visibility_s: float = 30.0
    queues: dict[str, list[Delivery]] = field(default_factory=dict)
    _receipts: Iterator[int] = field(default_factory=itertools.count)

    def send(self, queue: str, message: Message, *, delay_s: float = 0, group: str | None = None) -> None:
        delivery = Delivery(message.encode(), self.clock.now() + delay_s, group=group)
        self.queues.setdefault(queue, []).append(delivery)

    def send_many(self, queue: str, messages: Sequence[Message], *, group: str | None = None) -> None:
        for message in messages:
            self.send(queue, message, group=group)

    def receive(self, queue: str) -> Delivery | None:
        """The next visible message, hidden from now on for the queue's visibility."""
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

    def depth(self, queue: str) -> Depth:
        waiting = [each for each in self.queues.get(queue, []) if each.visible_at > self.clock.now()]
        in_flight = sum(1 for each in waiting if each.receives)
        visible = len(self.queues.get(queue, [])) - len(waiting)
        return Depth(visible=visible, in_flight=in_flight, delayed=len(waiting) - in_flight)


class MemoryObjects:
    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, str]] = {}

    def put(self, key: str, source: bytes | Path, media_type: str) -> None:
        self.objects[key] = (source if isinstance(source, bytes) else source.read_bytes(), media_type)

    def read(self, key: str) -> bytes:
        try:
            return self.objects[key][0]
        except KeyError:
            raise NotFound("There is no such object.") from None

    def download(self, key: str, path: Path) -> None:
        path.write_bytes(self.read(key))

    def head(self, key: str) -> Stored | None:
        if key not in self.objects:
            return None
        content, media_type = self.objects[key]
        return Stored(key, len(content), media_type)

    def beginning(self, key: str, length: int) -> bytes:
        return self.read(key)[:length]

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def presign_get(self, key: str, *, filename: str, media_type: str, seconds: int) -> str:
        return f"memory:///{key}?{urlencode({'name': filename, 'type': media_type, 'expires': seconds})}"

    def presign_post(self, key: str, *, media_type: str, max_bytes: int, seconds: int) -> dict[str, Any]:
        fields = {"key": key, "Content-Type": media_type, "max": str(max_bytes), "expires": str(seconds)}
        return {"url": "memory:///", "fields": fields}
