"""The limit of waits: how many requests of a tenant may wait for a job at the same time, on average.

Each wait holds a Lambda execution, and the account has few: without a limit one tenant's waits would take
those of the workers. A Lambda process has one request at a time, so only a count in the table sees all. It
counts seconds of waiting by minute. So a process that dies holds no place for longer than that minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from api.admission.rate_limit import COUNTER_TTL_S, WINDOW_S
from heavylift.errors import Throttled
from heavylift.ports.system import System
from heavylift.ports.table import AnyOf, Change, ConditionFailed, Is, Key


@contextmanager
def reserve_wait(system: System, tenant: str, seconds: int, waits: int) -> Iterator[int]:
    """Yield how long the request may wait: `seconds`, or 0 if the tenant is over its limit.

    `waits` is how many may wait at the same time; 0 is no limit. Seconds that were not waited are given back.
    """
    if not (seconds and waits):
        yield seconds
        return
    began = system.clock.now()
    key = Key(f"WAIT#{tenant}#{int(began // WINDOW_S)}", "WAIT")
    if not _reserve(system, key, seconds, most=waits * WINDOW_S, expires_at=int(began) + COUNTER_TTL_S):
        yield 0
        return
    try:
        yield seconds
    finally:
        unused = seconds - (system.clock.now() - began)
        if unused >= 1:
            with suppress(ConditionFailed, Throttled):  # a place that is not given back ends with its minute
                system.table.update(Change(key, add={"seconds": -int(unused)}))


def _reserve(system: System, key: Key, seconds: int, *, most: int, expires_at: int) -> bool:
    counter = Change(
        key,
        when=(AnyOf((Is("seconds", "missing"), Is("seconds", "<=", most - seconds))),),
        set={"expires_at": expires_at},
        add={"seconds": seconds},
        upsert=True,
    )
    try:
        system.table.update(counter)
    except (ConditionFailed, Throttled):
        return False
    return True
