"""The Table port in memory."""

from __future__ import annotations

import copy
import operator
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from heavylift.ports.table import (
    AnyOf,
    Change,
    Condition,
    ConditionFailed,
    Create,
    Index,
    IndexPage,
    Item,
    Key,
    Write,
    normalize_number,
)

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
    """Return whether a condition holds for an item, by DynamoDB's rules."""
    if isinstance(condition, AnyOf):
        return any(holds(each, item) for each in condition.conditions)
    if condition.attribute not in item:
        return condition.operator in ("missing", "<>")
    return COMPARE[condition.operator](item[condition.attribute], condition.value)


def apply_change(item: Item | None, change: Change) -> Item:
    """Return the item after a change, without checking the conditions."""
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


def _keep(item: Item, only: tuple[str, ...]) -> Item:
    """Return the item with these attributes only; with all if `only` is empty."""
    return {name: value for name, value in item.items() if name in only} if only else item


class MemoryTable:
    def __init__(self) -> None:
        self.items: dict[Key, Item] = {}
        self._lock = threading.RLock()

    def get(self, key: Key) -> Item | None:
        with self._lock:
            return copy.deepcopy(self.items.get(key))

    def get_many(self, keys: Sequence[Key], *, only: tuple[str, ...] = ()) -> dict[Key, Item]:
        return {key: _keep(item, only) for key in keys if (item := self.get(key)) is not None}

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

    def list_children(self, pk: str, prefix: str) -> Iterator[Item]:
        with self._lock:
            found = [item for key, item in self.items.items() if key.pk == pk and key.sk.startswith(prefix)]
        yield from copy.deepcopy(sorted(found, key=lambda item: str(item["sk"])))

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
        def order(item: Item) -> tuple[Any, str, str]:
            return item[index.sort], item["pk"], item["sk"]

        with self._lock:
            found = [
                item
                for item in self.items.values()
                if item.get(index.partition) == partition
                and index.sort in item
                and (since is None or item[index.sort] >= since)
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
        position = {name: page[-1][name] for name in ("pk", "sk", *index[1:])} if more else None
        return IndexPage([_keep(item, only) for item in page], position)

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
            self.items[write.key] = normalize_number(copy.deepcopy(write.item))
        else:
            self.items[write.key] = normalize_number(apply_change(self.items.get(write.key), write))
