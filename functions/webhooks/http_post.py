"""One POST to an untrusted URL.

The host's name is resolved once. Each address is checked, and the connection goes to one of the checked
addresses. After that the name serves only for the certificate and the Host header. Redirects are not
followed. Only the status of the answer is kept. The resolver has its own timeout. Everything after it ends
within `total_s`, even if the receiver answers byte by byte.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, parse_headers
from urllib.parse import SplitResult, urlsplit

from heavylift.webhooks.delivery_state import ACCEPTED, DeliveryResult
from heavylift.webhooks.url import is_public

PORTS = {"http": 80, "https": 443}
MAX_DRAINED_BYTES = 16_384
"""How much of the answer's body is read and dropped, so that the receiver sees no reset connection."""


SWITCHING_PROTOCOLS = 101
"""The one response of its class that is final."""


class FinalResponse(HTTPResponse):
    """A response after any interim ones, such as 103 Early Hints. `http.client` passes over 100 only."""

    def _read_status(self) -> tuple[str, int, str]:
        while True:  # as long as the delivery may take
            version, status, reason = super()._read_status()  # type: ignore[misc]  # not in its types
            if not 100 <= status < 200 or status == SWITCHING_PROTOCOLS:
                return version, status, reason
            parse_headers(self.fp)


class DeliveryError(Exception):
    """Why there is no answer. The job's owner reads the text, so it names no address."""


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name, IPv4 first: a Lambda function has no IPv6 by default."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [
        str(address[0]) for family, *_, address in sorted(found, key=lambda each: each[0] != socket.AF_INET)
    ]


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
        try:
            with self._connect(parts, until) as connection:
                target = parts.path + (f"?{parts.query}" if parts.query else "")
                connection.request("POST", target, body, dict(headers))
                response = connection.getresponse()
                if time.monotonic() >= until:
                    raise TimeoutError  # headers that were cut off look like a complete answer
                with suppress(OSError, HTTPException):
                    response.read(MAX_DRAINED_BYTES)
                return _result_of(response.status)
        except DeliveryError as reason:
            return DeliveryResult(error=str(reason))
        except (OSError, HTTPException) as fault:
            if time.monotonic() >= until or isinstance(fault, TimeoutError):
                return DeliveryResult(error=f"The receiver did not answer within {self.total_s:g} s.")
            return DeliveryResult(error=_describe_fault(fault))

    @contextmanager
    def _connect(self, url: SplitResult, until: float) -> Iterator[HTTPConnection]:
        host, port = url.hostname or "", url.port or PORTS[url.scheme]
        if url.scheme != "https" and not self.private:
            raise DeliveryError("This stack sends callbacks by https only.")
        connection = (HTTPSConnection if url.scheme == "https" else HTTPConnection)(host, port)
        connection.response_class = FinalResponse
        connection.auto_open = 0  # it must never resolve the name itself
        with (
            closing(connection),
            self._dial(self._resolve_and_check(host, port), port, until) as sock,
            _shut_down_at(sock, until),
        ):
            sock.settimeout(_seconds_left(until))
            secure = url.scheme == "https"
            connection.sock = self.tls.wrap_socket(sock, server_hostname=host) if secure else sock
            yield connection

    def _resolve_and_check(self, host: str, port: int) -> list[str]:
        """Return the addresses of a name. Raises DeliveryError if it has none, or a private one."""
        try:
            addresses = self.resolve(host, port)
        except (OSError, UnicodeError):
            raise DeliveryError("The receiver's host name can't be resolved.") from None
        if not self.private and not all(is_public(address) for address in addresses):
            raise DeliveryError(
                "The receiver's host name resolves to a private address. Nothing is sent there."
            )
        return addresses

    def _dial(self, addresses: list[str], port: int, until: float) -> socket.socket:
        """Return a socket to the first address that accepts. Raises DeliveryError if none does."""
        for address in addresses:
            with suppress(OSError):
                return socket.create_connection((address, port), min(self.connect_s, _seconds_left(until)))
        raise DeliveryError("The receiver can't be connected to.")


def _result_of(status: int) -> DeliveryResult:
    if status in ACCEPTED:
        return DeliveryResult(status)
    if 300 <= status < 400:
        return DeliveryResult(status, f"The receiver answered {status}. Redirects are not followed.")
    return DeliveryResult(status, f"The receiver answered {status}.")


def _describe_fault(fault: Exception) -> str:
    match fault:
        case ssl.SSLCertVerificationError():
            return f"The receiver's certificate is not valid: {fault.verify_message}."
        case ssl.SSLError():
            return "TLS handshake failed: no common protocol version or cipher."
        case _:
            return "The receiver closed the connection without an HTTP response."


def _seconds_left(until: float) -> float:
    return max(0.01, until - time.monotonic())


@contextmanager
def _shut_down_at(sock: socket.socket, until: float) -> Iterator[None]:
    """Shut the connection down at `until`. A socket's own timeout starts again with every byte."""
    handle = socket.socket(fileno=os.dup(sock.fileno()))

    def cut() -> None:
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(_seconds_left(until), cut)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        handle.close()
