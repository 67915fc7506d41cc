"""The port of the table, and the data types in which every change to it is expressed.

A `Change` is data: conditions (`when`), and what to write if they hold. `jobs/transitions.py` returns
Changes; DynamoDB and the in-memory table only execute them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple, Protocol

from heavylift.errors import HeavyliftError

Item = dict[str, Any]
"""An item: strings, numbers, booleans, None, lists and mappings of them. It always has `pk` and `sk`."""


MAX_DIGITS = 38
"""How many digits a number of the table has at most."""
ABOVE_INTEGERS = 10**MAX_DIGITS


def normalize_number(value: Any) -> Any:
    """Return a value as every table returns it, at any depth.

    Whole numbers become int, others float. A larger one than an int of the table stays a float.
    """
    match value:
        case float() | Decimal():
            whole = -ABOVE_INTEGERS < value < ABOVE_INTEGERS and value == int(value)  # abs rounds a Decimal
            return int(value) if whole else float(value)
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
    """A comparison of an attribute with a value. A missing attribute satisfies only `missing` and `<>`."""

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
    """Put a new item, on condition that no item has its key."""

    item: Item

    @property
    def key(self) -> Key:
        return Key(self.item["pk"], self.item["sk"])


Write = Change | Create


class ConditionFailed(HeavyliftError):
    """A write's condition did not hold. `item` is the item at `key` at that time (None: no item)."""

    def __init__(self, key: Key, item: Item | None) -> None:
        super().__init__(f"the condition on {key.sk} of {key.pk} does not hold")
        self.key = key
        self.item = item


class Index(NamedTuple):
    """A sparse index: it holds the items that have both attributes."""

    name: str
    partition: str
    sort: str


OPEN = Index("open", "open_pk", "check_at")
DEAD = Index("dead", "dead_pk", "ended_at")
TENANT = Index("tenant", "tenant_pk", "id")
PRIMARY = Index("", "pk", "sk")
"""The table itself, as an index of its own keys."""


@dataclass(frozen=True)
class IndexPage:
    items: list[Item]
    cursor: Item | None
    """The key with which to continue; None at the end."""


class Table(Protocol):
    def get(self, key: Key) -> Item | None:
        """Return the item, or None. Strongly consistent."""

    def get_many(self, keys: Sequence[Key], *, only: tuple[str, ...] = ()) -> dict[Key, Item]:
        """Return the items that exist, of at most 100 different keys. Strongly consistent.

        `only` names the attributes to return beside the key; all by default.
        """

    def update(self, change: Change) -> Item:
        """Apply the change and return the item after it. Raises ConditionFailed with the current item."""

    def create(self, item: Item) -> None:
        """Put a new item. Raises ConditionFailed if an item has its key."""

    def transact(self, *writes: Write) -> None:
        """Apply all writes (at most 100) or none. Raises ConditionFailed for the first that fails."""

    def list_children(self, pk: str, prefix: str) -> Iterator[Item]:
        """Return the items of `pk` whose sk starts with `prefix`, ordered by sk. Strongly consistent."""

    def query(
        self,
        index: Index,
        partition: str,
        *,
        since: float | str | None = None,
        up_to: float | str | None = None,
        newest_first: bool = False,
        limit: int = 100,
        cursor: Item | None = None,
        only: tuple[str, ...] = (),
    ) -> IndexPage:
        """Return a page of an index, ordered by its sort attribute, which is from `since` to `up_to`.

        Eventually consistent. A `cursor` is within these bounds. `only` names the attributes to return, which
        are all by default: fewer cost the same.
        """


def read_pages(
    table: Table,
    index: Index,
    partition: str,
    *,
    cursor: Item | None = None,
    **options: Any,
) -> Iterator[IndexPage]:
    """Yield the pages of an index from `cursor` to the end. Each is read when it is asked for.

    `options` are those of `Table.query`.
    """
    while True:
        page = table.query(index, partition, cursor=cursor, **options)
        yield page
        cursor = page.cursor
        if cursor is None:
            return
