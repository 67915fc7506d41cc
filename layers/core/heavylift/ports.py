"""What the core asks of the world. `aws/` answers with AWS, `memory.py` with dictionaries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from heavylift.message import Message
from heavylift.table import Change, Index, Item, Key, Page, Write


class Table(Protocol):
    def get(self, key: Key) -> Item | None:
        """A strongly consistent read."""

    def update(self, change: Change) -> Item:
        """The item after the change; ConditionFailed with the item as it is."""

    def create(self, item: Item) -> None:
        """ConditionFailed if there is an item with its key."""

    def transact(self, *writes: Write) -> None:
        """All of them or none (at most 100); ConditionFailed for the first that does not hold."""

    def children(self, pk: str, prefix: str) -> Iterator[Item]:
        """The items below `pk` whose sk begins with `prefix`, in its order; strongly consistent."""

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
        """A page of an index, ordered by its sort attribute; eventually consistent."""


@dataclass(frozen=True)
class Depth:
    """A queue's approximate numbers of messages."""

    visible: int
    in_flight: int
    delayed: int


class JobQueue(Protocol):
    def send(self, queue: str, message: Message, *, delay_s: float = 0, group: str | None = None) -> None:
        """`delay_s` at most 900; `group` (a tenant) keeps one sender from starving the others."""

    def send_many(self, queue: str, messages: Sequence[Message], *, group: str | None = None) -> None:
        """Any number; Throttled if some of them were not taken (others may have been)."""

    def postpone(self, queue: str, receipt: str, seconds: float) -> None:
        """Hide a received message for so long, at most 12 hours from its receipt."""

    def depth(self, queue: str) -> Depth: ...


@dataclass(frozen=True)
class Stored:
    """An object as the store describes it."""

    key: str
    bytes: int
    media_type: str


class ObjectStore(Protocol):
    def put(self, key: str, source: bytes | Path, media_type: str) -> None: ...
    def read(self, key: str) -> bytes:
        """NotFound if there is none."""

    def download(self, key: str, path: Path) -> None:
        """NotFound if there is none."""

    def head(self, key: str) -> Stored | None: ...
    def beginning(self, key: str, length: int) -> bytes:
        """The first bytes; NotFound if there is none."""

    def delete(self, key: str) -> None: ...
    def presign_get(self, key: str, *, filename: str, media_type: str, seconds: int) -> str: ...
    def presign_post(self, key: str, *, media_type: str, max_bytes: int, seconds: int) -> dict[str, Any]:
        """`{"url": …, "fields": {…}}` for a form upload; the store itself refuses more than `max_bytes`."""


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since 1970, UTC."""

    def sleep(self, seconds: float) -> None: ...
