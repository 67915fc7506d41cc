"""The limit of waits: how many requests of a tenant may wait for a job at the same time, on average.

Each wait holds a Lambda execution, and the account has few: without a limit one tenant's waits would take
those of the workers. A Lambda process has one request at a time, so only a count in the table sees all. It
counts seconds of waiting by minute. So a process that dies holds no place for longer than that minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from api.admission.minute_counter import WINDOW_S, count_up, minute_key
from heavylift.errors import Throttled
from heavylift.ports.system import System
from heavylift.ports.table import Change, ConditionFailed


@contextmanager
def reserve_wait(system: System, tenant: str, seconds: int, waits: int) -> Iterator[int]:
    """Yield how long the request may wait: `seconds`, or 0 if the tenant is over its limit.

    `waits` is how many may wait at the same time; 0 is no limit. Seconds that were not waited are given back.
    """
    if not (seconds and waits):
        yield seconds
        return
    began = system.clock.now()
    key = minute_key("WAIT", tenant, began)
    granted = False
    with suppress(ConditionFailed, Throttled):
        count_up(system.table, key, "seconds", seconds, most=waits * WINDOW_S, now=began)
        granted = True
    if not granted:
        yield 0
        return
    try:
        yield seconds
    finally:
        unused = seconds - (system.clock.now() - began)
        if unused >= 1:
            with suppress(ConditionFailed, Throttled):  # a place that is not given back ends with its minute
                system.table.update(Change(key, add={"seconds": -int(unused)}))
