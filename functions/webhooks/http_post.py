"""One POST to an untrusted URL.

Redirects are not followed. Only the status of the answer is kept. Everything after the look-up of the name
ends within `total_s` (`heavylift/outbound/connection.py`).
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import urlsplit

from heavylift.outbound.connection import Dialer, OutboundError, resolve, target_of
from heavylift.webhooks.delivery_state import ACCEPTED, DeliveryResult

MAX_DRAINED_BYTES = 16_384
"""How much of the answer's body is read and dropped, so that the receiver sees no reset connection."""


@dataclass(frozen=True)
class WebhookSender:
    private: bool
    """Whether private addresses and plain http are allowed."""
    total_s: float = 15.0
    connect_s: float = 5.0
    resolve: Callable[[str, int], list[str]] = resolve
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> DeliveryResult:
        """Return the receiver's answer, or why there is none. Network errors never raise."""
        parts, until = urlsplit(url), time.monotonic() + self.total_s
        dialer = Dialer(self.private, "receiver", self.connect_s, self.resolve, self.tls)
        try:
            with dialer.open(parts, until) as connection:
                connection.request("POST", target_of(parts), body, dict(headers))
                response = connection.getresponse()
                if time.monotonic() >= until:
                    raise TimeoutError  # headers that were cut off look like a complete answer
                with suppress(OSError, HTTPException):
                    response.read(MAX_DRAINED_BYTES)
                return result_of(response.status)
        except OutboundError as reason:
            return DeliveryResult(error=str(reason))
        except (OSError, HTTPException) as fault:
            if time.monotonic() >= until or isinstance(fault, TimeoutError):
                return DeliveryResult(error=f"The receiver did not answer within {self.total_s:g} s.")
            return DeliveryResult(error=dialer.describe(fault))


def result_of(status: int) -> DeliveryResult:
    """Return the result of an attempt that the receiver answered with this status."""
    if status in ACCEPTED:
        return DeliveryResult(status)
    if 300 <= status < 400:
        return DeliveryResult(status, f"The receiver answered {status}. Redirects are not followed.")
    return DeliveryResult(status, f"The receiver answered {status}.")
