"""The limit of waits: how many requests of a tenant may wait for a job at the same time.

Each wait holds a Lambda execution, and the account has few: without a limit one tenant's waits would take
those of the workers and of other tenants. A Lambda process has one request at a time, so only a count in the
table sees all. Each window of `WINDOW_S` has a count of its own. So a process that dies holds its place until
the window after has ended, and no longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from api.admission.minute_counter import count_up, window_key
from heavylift.errors import Throttled
from heavylift.ports.system import System
from heavylift.ports.table import Change, ConditionFailed

WINDOW_S = 30
"""Longer than a wait. So a wait that goes on began in this window or in the one before."""
COUNT = "waiting"


@contextmanager
def reserve_wait(system: System, tenant: str, seconds: int, waits: int) -> Iterator[int]:
    """Yield how long the request may wait: `seconds`, or 0 if the tenant is at its limit.

    `waits` is how many may wait at the same time; 0 is no limit. The place is given back after the block.
    """
    if not (seconds and waits):
        yield seconds
        return
    now = system.clock.now()
    key = window_key("WAIT", tenant, now, WINDOW_S)
    granted = False
    with suppress(ConditionFailed, Throttled):
        before = system.table.get(window_key("WAIT", tenant, now - WINDOW_S, WINDOW_S)) or {}
        free = waits - int(before.get(COUNT, 0))
        if free > 0:
            count_up(system.table, key, COUNT, 1, most=free, now=now)
            granted = True
    if not granted:
        yield 0
        return
    try:
        yield seconds
    finally:
        with suppress(ConditionFailed, Throttled):  # a place that is not given back ends with its window
            system.table.update(Change(key, add={COUNT: -1}))
