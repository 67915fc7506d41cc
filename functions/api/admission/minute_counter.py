"""Atomic counters in the table, one for each tenant and window of time: a minute, or less."""

from __future__ import annotations

import math

from heavylift.ports.table import AnyOf, Change, Is, Key, Table

WINDOW_S = 60
COUNTER_TTL_S = 3600


def window_key(kind: str, tenant: str, now: float, window_s: int = WINDOW_S) -> Key:
    """Return the key of the counter of the window that `now` is in."""
    return Key(f"{kind}#{tenant}#{int(now // window_s)}", kind)


def seconds_left(now: float) -> int:
    """Return the whole seconds until the next minute's window begins, at least 1: for `Retry-After`."""
    return max(1, math.ceil(WINDOW_S - now % WINDOW_S))


def count_up(table: Table, key: Key, name: str, amount: int, *, most: int, now: float) -> None:
    """Add `amount` to the counter. Raises ConditionFailed, and adds nothing, if it would exceed `most`."""
    fits = AnyOf((Is(name, "missing"), Is(name, "<=", most - amount)))
    expires_at = int(now) + COUNTER_TTL_S
    table.update(Change(key, when=(fits,), set={"expires_at": expires_at}, add={name: amount}, upsert=True))
