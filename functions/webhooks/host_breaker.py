"""A circuit breaker for each receiver: one that holds workers up gets no requests for a while.

A receiver that answers badly but quickly costs little. One that hangs holds a worker for `CALLBACK_SECONDS`
in each attempt, and with a thousand callbacks waiting it would hold all of them. After two such failures its
attempts fail at once, for a minute, then longer. After each pause one attempt finds out whether it answers
again. The state is that of this process: no other service is asked, and each worker counts for itself.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from heavylift.webhooks.delivery_state import ACCEPTED, DeliveryResult

SLOW_S = 2.0
"""A failed attempt that took longer has held a worker up."""
MAX_SLOW_FAILURES = 2
"""After so many in a row, the receiver gets no requests for a while."""
FIRST_PAUSE_S = 60.0
MAX_PAUSE_S = 600.0
MAX_HOSTS = 1000
"""How many receivers with failures are remembered."""
NOT_SENT = DeliveryResult(error="Not sent: the receiver's host did not answer the callbacks before this one.")


class Sender(Protocol):
    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> DeliveryResult:
        """Return the receiver's answer, or why there is none. Network errors never raise."""


@dataclass
class _Host:
    slow_failures: int = 0
    closed_until: float = 0.0


@dataclass(frozen=True)
class HostBreaker:
    sender: Sender
    monotonic: Callable[[], float] = time.monotonic
    _hosts: OrderedDict[str, _Host] = field(default_factory=OrderedDict)

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, last: bool = False
    ) -> DeliveryResult:
        """Send, unless the receiver is paused. The `last` attempt of a callback is always made."""
        name = urlsplit(url).netloc.lower()
        host, began = self._hosts.get(name), self.monotonic()
        if host is not None and began < host.closed_until and not last:
            return NOT_SENT
        result = self.sender.post(url, body, headers)
        slow = self.monotonic() - began >= SLOW_S and result.status not in ACCEPTED
        self._record(name, slow=slow)
        return result

    def _record(self, name: str, *, slow: bool) -> None:
        host = self._hosts.pop(name, _Host())
        if not slow:
            return
        host.slow_failures += 1
        doublings = host.slow_failures - MAX_SLOW_FAILURES
        if doublings >= 0:
            host.closed_until = self.monotonic() + min(MAX_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(doublings, 10))
        self._hosts[name] = host
        while len(self._hosts) > MAX_HOSTS:
            self._hosts.popitem(last=False)
