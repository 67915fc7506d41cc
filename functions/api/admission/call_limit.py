"""The limit of all requests of a tenant, reads too: the gateway lets through only so many of all tenants.

A write of the table for each read would cost more than the read. So a process counts for itself, and adds to
the tenant's counter of this minute a batch at a time. The limit is not exact: each process may let through a
part of a batch more.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass

from api.admission.minute_counter import WINDOW_S, count_up, seconds_left, window_key
from heavylift.errors import RateLimited, Throttled
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed

MAX_BATCH = 20
MAX_TENANTS = 1000


@dataclass
class _Minute:
    number: int
    pending: int = 0
    """Requests that are not in the table's counter yet."""
    over: bool = False


class CallLimiter:
    def __init__(self, system: System, per_minute: int) -> None:
        self._system = system
        self._per_minute = per_minute
        self._batch = max(1, min(MAX_BATCH, per_minute // 10))
        self._minutes: OrderedDict[str, _Minute] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, tenant: str) -> None:
        """Count one request. Raises RateLimited if the tenant is over the limit of this minute."""
        if not self._per_minute:
            return
        now = self._system.clock.now()
        with self._lock:
            minute = self._find(tenant, int(now // WINDOW_S))
            minute.pending += 1
            full = minute.pending >= self._batch and not minute.over
            if full:
                minute.pending = 0
        if full:
            self._count_batch(tenant, minute, now)
        if minute.over:
            raise RateLimited(
                f"{self._per_minute} requests of any kind a minute are allowed.",
                retry_after_s=seconds_left(now),
            )

    def _find(self, tenant: str, number: int) -> _Minute:
        minute = self._minutes.pop(tenant, None)
        if minute is None or minute.number != number:
            minute = _Minute(number)
        self._minutes[tenant] = minute
        while len(self._minutes) > MAX_TENANTS:
            self._minutes.popitem(last=False)
        return minute

    def _count_batch(self, tenant: str, minute: _Minute, now: float) -> None:
        key = window_key("CALLS", tenant, now)
        try:
            with suppress(Throttled):  # a limit must not fail a request
                count_up(self._system.table, key, "requests", self._batch, most=self._per_minute, now=now)
        except ConditionFailed:
            minute.over = True
