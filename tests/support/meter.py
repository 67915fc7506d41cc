"""Counts what AWS would bill: a World whose ports count their calls, units, messages and bytes.

DynamoDB's units follow its rules: each started kilobyte of an item that is written, for the table and for
each index whose entry changes, twice if the index's key changes (a delete and a put), and twice again in a
transaction. The indexes' projections are those of template.yaml.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from heavylift.adapters.memory.objects import MemoryObjects
from heavylift.adapters.memory.queue import Delivery, MemoryQueue
from heavylift.adapters.memory.table import MemoryTable
from heavylift.ports.queue import Depth, Message
from heavylift.ports.table import (
    DEAD,
    OPEN,
    PRIMARY,
    TENANT,
    Change,
    ConditionFailed,
    Index,
    IndexPage,
    Item,
    Key,
    Write,
)
from heavylift.testing import World
from infra.local.instance import ROOT
from infra.local.template import load

WRITE_UNIT, READ_UNIT = 1024, 4096
BATCH = 10
"""Messages that one call can send."""


def measure_size(value: Any) -> int:
    """Return how many bytes DynamoDB counts for an item or a value of it."""
    match value:
        case bool() | None:
            return 1
        case str():
            return len(value.encode())
        case int() | float():
            return len(str(value)) // 2 + 2
        case dict():
            return sum(len(name) + measure_size(each) + 1 for name, each in value.items()) + 3
        case _:
            return sum(measure_size(each) + 1 for each in value) + 3


@cache
def read_projections() -> dict[str, tuple[str, ...] | None]:
    """Return index → the attributes that its entries hold beside the keys; None is all."""
    table = load((ROOT / "template.yaml").read_text())["Resources"]["Table"]["Properties"]
    found: dict[str, tuple[str, ...] | None] = {}
    for index in table["GlobalSecondaryIndexes"]:
        projection = index["Projection"]
        all_of_it = projection["ProjectionType"] == "ALL"
        found[index["IndexName"]] = None if all_of_it else tuple(projection.get("NonKeyAttributes", ()))
    return found


def make_entry(index: Index, item: Item | None) -> Item | None:
    """Return the item's entry in the index, or None if it has none."""
    if item is None or index.partition not in item or index.sort not in item:
        return None
    names = read_projections()[index.name]
    kept = {"pk", "sk", index.partition, index.sort, *(item if names is None else names)}
    return {name: value for name, value in item.items() if name in kept}


def count_index_units(index: Index, before: Item | None, after: Item) -> int:
    """Return the write units that a write of the item costs in an index."""
    old, new = make_entry(index, before), make_entry(index, after)
    if old == new:
        return 0
    moved = old and new and any(old[name] != new[name] for name in (index.partition, index.sort))
    sizes = [math.ceil(measure_size(each) / WRITE_UNIT) for each in (old, new) if each]
    return sum(sizes) if moved else max(sizes)


class CountingTable(MemoryTable):
    def __init__(self, counts: Counter[str]) -> None:
        super().__init__()
        self.counts = counts

    def get(self, key: Key) -> Item | None:
        self.counts["GetItem"] += 1
        item = super().get(key)
        self.counts["read units"] += math.ceil(measure_size(item or {}) / READ_UNIT)
        return item

    def update(self, change: Change) -> Item:
        before = self.items.get(change.key)
        self.counts["UpdateItem"] += 1
        try:
            after = super().update(change)
        except ConditionFailed:
            self.counts["write units"] += math.ceil(measure_size(before or {}) / WRITE_UNIT)
            raise
        self._count_write(before, after)
        return after

    def transact(self, *writes: Write) -> None:
        before = [self.items.get(write.key) for write in writes]
        self.counts["PutItem" if len(writes) == 1 else "TransactWriteItems"] += 1
        super().transact(*writes)
        for old, write in zip(before, writes, strict=True):
            self._count_write(old, self.items[write.key], times=1 if len(writes) == 1 else 2)

    def _count_write(self, before: Item | None, after: Item, times: int = 1) -> None:
        size = max(measure_size(before or {}), measure_size(after))
        indexes = sum(count_index_units(index, before, after) for index in (OPEN, DEAD, TENANT))
        self.counts["items written"] += times
        self.counts["write units"] += times * (math.ceil(size / WRITE_UNIT) + indexes)

    def list_children(self, pk: str, prefix: str) -> Iterator[Item]:
        found = list(super().list_children(pk, prefix))
        self._count_query(found, each_unit=1.0)
        yield from found

    def query(self, index: Index, partition: str, **options: Any) -> IndexPage:
        """Return the page. It costs what the whole entries have, however few attributes are asked for."""
        whole = super().query(index, partition, **options | {"only": ()})
        entries = [item if index == PRIMARY else make_entry(index, item) or {} for item in whole.items]
        self._count_query(entries, each_unit=0.5)
        return super().query(index, partition, **options) if options.get("only") else whole

    def _count_query(self, items: list[Item], each_unit: float) -> None:
        self.counts["Query"] += 1
        size = sum(measure_size(item) for item in items)
        units = max(1, math.ceil(size / READ_UNIT)) * each_unit
        self.counts["read units"] += units  # type: ignore[assignment]  # halves of units


class CountingQueue(MemoryQueue):
    counts: Counter[str]

    def send(self, queue: str, message: Message, *, delay_s: float = 0, group: str | None = None) -> None:
        self._count("SendMessage")
        self._count_messages([message])
        super().send(queue, message, delay_s=delay_s, group=group)

    def send_many(self, queue: str, messages: Sequence[Message], *, group: str | None = None) -> None:
        self._count("SendMessageBatch", math.ceil(len(messages) / BATCH))
        self._count_messages(messages)
        for message in messages:
            super().send(queue, message, group=group)

    def receive(self, queue: str) -> Delivery | None:
        delivery = super().receive(queue)
        if delivery is not None:  # Lambda's pollers pay for the empty ones; they are in the idle costs
            self._count("ReceiveMessage")
        return delivery

    def delete(self, queue: str, receipt: str) -> None:
        self._count("DeleteMessage")
        super().delete(queue, receipt)

    def postpone(self, queue: str, receipt: str, seconds: float) -> None:
        self._count("ChangeMessageVisibility")
        super().postpone(queue, receipt, seconds)

    def get_depth(self, queue: str) -> Depth:
        self._count("GetQueueAttributes")
        return super().get_depth(queue)

    def _count(self, call: str, times: int = 1) -> None:
        self.counts[call] += times
        self.counts["queue requests"] += times

    def _count_messages(self, messages: Sequence[Message]) -> None:
        self.counts["messages"] += len(messages)
        self.counts["message bytes"] += sum(len(each.encode()) for each in messages)


class CountingObjects(MemoryObjects):
    def __init__(self, counts: Counter[str]) -> None:
        super().__init__()
        self.counts = counts

    def put(self, key: str, source: bytes | Path, media_type: str) -> None:
        super().put(key, source, media_type)
        self.counts["PutObject"] += 1
        self.counts["stored bytes"] += len(self.objects[key][0])

    def read(self, key: str) -> bytes:
        self.counts["GetObject"] += 1
        return super().read(key)

    def download(self, key: str, path: Path, *, etag: str | None = None) -> None:
        self.counts["HeadObject"] += 1  # boto3 asks for the size first
        super().download(key, path, etag=etag)

    def head(self, key: str) -> Any:
        self.counts["HeadObject"] += 1
        return super().head(key)


def attach_meter(world: World) -> Counter[str]:
    """Let the ports of the world count. Return the counts, which go on."""
    counts: Counter[str] = Counter()
    world.table, world.objects = CountingTable(counts), CountingObjects(counts)
    world.queue = CountingQueue(world.clock, visibility_s=world.queue.visibility_s)
    world.queue.counts = counts
    for name in ("table", "queue", "objects"):
        object.__setattr__(world.system, name, getattr(world, name))
    return counts
