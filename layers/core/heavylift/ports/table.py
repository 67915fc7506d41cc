"""The little language in which every change to the table is said, once, for every implementation.

A `Change` is data: what must hold (`when`), and what is written if it does. The rules of the system
(`transitions.py`) are functions that return Changes; DynamoDB and the in-memory twin only carry them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple, Protocol

from heavylift.errors import HeavyliftError

Item = dict[str, Any]
"""One item: strings, numbers, booleans, None, lists and mappings of them. Always has `pk` and `sk`."""


def normalize_number(value: Any) -> Any:
    """A value as every table gives it back: a whole number is an int, whatever it was."""
    match value:
        case float() | Decimal():
            return int(value) if value % 1 == 0 else float(value)
        case dict():
            return {name: normalize_number(each) for name, each in value.items()}
        case list():
            return [normalize_number(each) for each in value]
        case _:
            return value


class Key(NamedTuple):
    pk: str
    sk: str


@dataclass(frozen=True)
class Is:
    """One comparison of an attribute with a value. A missing attribute satisfies `missing` and `<>` only."""

    attribute: str
    operator: Literal["=", "<>", "<", "<=", ">", ">=", "in", "exists", "missing"]
    value: Any = None


@dataclass(frozen=True)
class AnyOf:
    conditions: tuple[Is, ...]


Condition = Is | AnyOf


@dataclass(frozen=True)
class Change:
    """Update the item at `key` if every condition of `when` holds.

    The item must exist, unless `upsert`. `add` counts from zero, `append` from the empty list,
    and `default` sets only what is not there yet.
    """

    key: Key
    when: tuple[Condition, ...] = ()
    set: Mapping[str, Any] = field(default_factory=dict)
    default: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, int | float] = field(default_factory=dict)
    append: Mapping[str, list[Any]] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    upsert: bool = False


@dataclass(frozen=True)
class Create:
    """Put a new item; the condition is that there is none with its key."""

    item: Item

    @property
    def key(self) -> Key:
        return Key(self.item["pk"], self.item["sk"])


Write = Change | Create


class ConditionFailed(HeavyliftError):
    """A write's condition did not hold. `key` names the item, `item` is what it was (None: no item)."""

    def __init__(self, key: Key, item: Item | None) -> None:
        super().__init__(f"the condition on {key.sk} of {key.pk} does not hold")
        self.key = key
        self.item = item


class Index(NamedTuple):
    """A sparse index: an item is in it while it has both attributes."""

    name: str
    partition: str
    sort: str


OPEN = Index("open", "open_pk", "check_at")
DEAD = Index("dead", "dead_pk", "ended_at")
TENANT = Index("tenant", "tenant_pk", "id")


@dataclass(frozen=True)
class Page:
    items: list[Item]
    cursor: Item | None
    """The key to go on from, or None at the end."""


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
