"""The in-memory adapters, with trouble at every call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from heavylift.adapters.memory.objects import MemoryObjects
from heavylift.adapters.memory.queue import Delivery, MemoryQueue
from heavylift.adapters.memory.table import MemoryTable
from heavylift.ports.queue import Message
from heavylift.ports.table import Change, Create, Index, IndexPage, Item, Key, Write
from tests.chaos.harness.pause_watch import PauseWatch
from tests.chaos.harness.stream import ChaosStream
from tests.chaos.harness.trouble import Trouble
from tests.chaos.harness.watch import Watch


class ChaosTable(MemoryTable):
    """Reports every write to the watch. An index query may return an earlier state."""

    def __init__(self, trouble: Trouble, watch: Watch, pauses: PauseWatch) -> None:
        super().__init__()
        self._trouble = trouble
        self._watch = watch
        self.stream = ChaosStream(trouble)
        self._pauses = pauses
        self._earlier: dict[str, dict[Key, Item]] = {}
        """Partition of an index → the table as an earlier query of it has seen it."""

    def get(self, key: Key) -> Item | None:
        return self._trouble.call(f"get {key.sk}", lambda: MemoryTable.get(self, key))

    def update(self, change: Change) -> Item:
        def write() -> Item:
            self._write(change)
            return self.items[change.key]

        return dict(self._trouble.call(f"update {change.key.sk}", write))

    def transact(self, *writes: Write) -> None:
        self._trouble.call(f"transact {[write.key.sk for write in writes]}", lambda: self._write(*writes))

    def _write(self, *writes: Write) -> None:
        before = {write.key: self.items.get(write.key) for write in writes}
        MemoryTable.transact(self, *writes)
        created = {write.key for write in writes if isinstance(write, Create)}
        for key, item in before.items():
            self.stream.note(key, item, self.items[key])
            self._pauses.check_write(key, item, self.items[key])
            if key not in created:
                deleted = "deleted_at" in self.items.get(Key(key.pk, "JOB"), {})
                self._watch.check_change(key, item, self.items[key], deleted=deleted)
            else:
                self._watch.waits.note_created(key)
        self._watch.check_jobs(self.items, before)
        self._watch.check_waits(self.items, before)

    def list_children(self, pk: str, prefix: str) -> Iterator[Item]:
        def ask() -> list[Item]:
            return list(MemoryTable.list_children(self, pk, prefix))

        yield from self._trouble.call(f"children {prefix}", ask)

    def query(self, index: Index, partition: str, **options: Any) -> IndexPage:
        def ask() -> IndexPage:
            now = self.items
            if self._trouble.happens(self._trouble.stale):
                self.items = self._earlier.get(partition, {})
            else:
                self._earlier[partition] = dict(now)
            try:
                return MemoryTable.query(self, index, partition, **options)
            finally:
                self.items = now

        return self._trouble.call(f"query {partition}", ask)


class ChaosQueue(MemoryQueue):
    """Loses, doubles, delays and reorders messages, and loses deletes."""

    trouble: Trouble

    def send(self, queue: str, message: Message, *, delay_s: float = 0, group: str | None = None) -> None:
        self.trouble.call(f"send {message.part}", lambda: self._send(queue, [message], group, delay_s))

    def send_many(self, queue: str, messages: Sequence[Message], *, group: str | None = None) -> None:
        self.trouble.call("send many", lambda: self._send(queue, messages, group))

    def _send(self, queue: str, messages: Sequence[Message], group: str | None, delay_s: float = 0) -> None:
        for message in messages:
            if self.trouble.happens(self.trouble.lose):
                continue
            for number in range(2 if self.trouble.happens(self.trouble.double) else 1):
                late = self.trouble.random.uniform(0, 90) if self.trouble.happens(0.1) else 0.0
                hidden = 0.0 if number else delay_s  # the double comes before its time
                MemoryQueue.send(self, queue, message, delay_s=hidden + late, group=group)

    def receive(self, queue: str) -> Delivery | None:
        self.trouble.random.shuffle(self.queues.setdefault(queue, []))
        delivery = MemoryQueue.receive(self, queue)
        if delivery is not None and self.trouble.happens(self.trouble.double / 2):
            delivery.visible_at = self.clock.now()  # another worker receives it too
        return delivery

    def delete(self, queue: str, receipt: str) -> None:
        if not self.trouble.happens(self.trouble.lose / 2):
            self.trouble.call("delete", lambda: MemoryQueue.delete(self, queue, receipt))

    def postpone(self, queue: str, receipt: str, seconds: float) -> None:
        self.trouble.call("postpone", lambda: MemoryQueue.postpone(self, queue, receipt, seconds))

    def next_visible_at(self, queue: str) -> float:
        return min((each.visible_at for each in self.queues.get(queue, [])), default=float("inf"))


class ChaosObjects(MemoryObjects):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__()
        self._trouble = trouble

    def put(self, key: str, source: bytes | Path, media_type: str) -> None:
        self._trouble.call(f"put {key[-15:]}", lambda: MemoryObjects.put(self, key, source, media_type))

    def delete_below(self, prefix: str) -> None:
        self._trouble.call("delete objects", lambda: MemoryObjects.delete_below(self, prefix))
