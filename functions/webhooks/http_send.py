"""Send one output to an untrusted url: streamed, so that it is never in memory as a whole.

Redirects are not followed. Only the status of the answer is kept.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from heavylift.outbound.connection import Dialer, OutboundError, target_of
from heavylift.webhooks.delivery_state import DeliveryResult
from webhooks.http_post import MAX_DRAINED_BYTES, result_of
from webhooks.output_request import OutputRequest

SILENCE_S = 15.0
"""How long the receiver may neither take nor send a byte."""


@dataclass(frozen=True)
class OutputSender:
    dialer: Dialer

    def send(self, request: OutputRequest, chunks: Iterable[bytes], seconds: float) -> DeliveryResult:
        """Return the receiver's answer, or why there is none. Network errors never raise.

        Raises what `chunks` raises, if that is no OSError.
        """
        until = time.monotonic() + seconds
        try:
            with self.dialer.open(urlsplit(request.url), until) as connection:
                connection.sock.settimeout(min(SILENCE_S, seconds))
                status = _exchange(connection, request, chunks)
                if time.monotonic() >= until:
                    raise TimeoutError  # headers that were cut off look like a complete answer
                return result_of(status)
        except OutboundError as reason:
            return DeliveryResult(error=str(reason))
        except (OSError, HTTPException) as fault:
            if time.monotonic() >= until or isinstance(fault, TimeoutError):
                return DeliveryResult(error="The receiver did not take the file in time.")
            return DeliveryResult(error=self.dialer.describe(fault))


def _exchange(connection: HTTPConnection, request: OutputRequest, chunks: Iterable[bytes]) -> int:
    target = target_of(urlsplit(request.url))
    # A receiver may answer and hang up before it has read the body.
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.request(request.method, target, request.frame(chunks), request.all_headers)
    with connection.getresponse() as response:
        with suppress(OSError, HTTPException):
            response.read(MAX_DRAINED_BYTES)
        return response.status
