"""One connection to an untrusted url.

The host's name is resolved once. Each address is checked, and the connection goes to one of the checked
addresses. After that the name serves only for the certificate and the Host header. The resolver has its own
timeout. Everything after it ends in time, even if the server answers byte by byte.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection, parse_headers
from urllib.parse import SplitResult

from heavylift.outbound.address import is_public

PORTS = {"http": 80, "https": 443}
SWITCHING_PROTOCOLS = 101
"""The one response of its class that is final."""


class OutboundError(Exception):
    """Why there is no answer. The job's owner reads the text, so it names no address."""


class AddressRefused(OutboundError):
    """The url may not be called."""


class FinalResponse(HTTPResponse):
    """A response after any interim ones, such as 103 Early Hints. `http.client` passes over 100 only."""

    def _read_status(self) -> tuple[str, int, str]:
        while True:  # as long as the request may take
            version, status, reason = super()._read_status()  # type: ignore[misc]  # not in its types
            if not 100 <= status < 200 or status == SWITCHING_PROTOCOLS:
                return version, status, reason
            parse_headers(self.fp)


def target_of(url: SplitResult) -> str:
    """Return the target of a request: the path with the query."""
    return (url.path or "/") + (f"?{url.query}" if url.query else "")


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name, IPv4 first: a Lambda function has no IPv6 by default."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [
        str(address[0]) for family, *_, address in sorted(found, key=lambda each: each[0] != socket.AF_INET)
    ]


@dataclass(frozen=True)
class Dialer:
    """Opens connections to addresses that are allowed."""

    private: bool
    """Whether private addresses and plain http are allowed."""
    peer: str = "server"
    """What the texts of errors call the other side."""
    connect_s: float = 5.0
    resolve: Callable[[str, int], list[str]] = resolve
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    @contextmanager
    def open(self, url: SplitResult, until: float) -> Iterator[HTTPConnection]:
        """Connect to the url's host until a time of `time.monotonic`; then the connection is shut down.

        Raises OutboundError, AddressRefused, and OSError of the TLS handshake.
        """
        host, port = url.hostname or "", url.port or PORTS[url.scheme]
        if url.scheme != "https" and not self.private:
            raise AddressRefused("This stack calls urls by https only.")
        connection = (HTTPSConnection if url.scheme == "https" else HTTPConnection)(host, port)
        connection.response_class = FinalResponse
        connection.auto_open = 0  # it must never resolve the name itself
        with (
            closing(connection),
            self._dial(self._resolve_and_check(host, port), port, until) as sock,
            shut_down_at(sock, until),
        ):
            sock.settimeout(seconds_left(until))
            secure = url.scheme == "https"
            connection.sock = self.tls.wrap_socket(sock, server_hostname=host) if secure else sock
            yield connection

    def describe(self, fault: Exception) -> str:
        """Return a sentence for an error of the connection."""
        match fault:
            case ssl.SSLCertVerificationError():
                return f"The {self.peer}'s certificate is not valid: {fault.verify_message}."
            case ssl.SSLError():
                return "TLS handshake failed: no common protocol version or cipher."
            case _:
                return f"The {self.peer} closed the connection without an HTTP response."

    def _resolve_and_check(self, host: str, port: int) -> list[str]:
        """Return the addresses of a name. Raises OutboundError if it has none, or a private one."""
        try:
            addresses = self.resolve(host, port)
        except (OSError, UnicodeError):
            raise OutboundError(f"The {self.peer}'s host name can't be resolved.") from None
        if not self.private and not all(is_public(address) for address in addresses):
            raise AddressRefused(
                f"The {self.peer}'s host name resolves to a private address. Nothing is sent there."
            )
        return addresses

    def _dial(self, addresses: list[str], port: int, until: float) -> socket.socket:
        """Return a socket to the first address that accepts. Raises OutboundError if none does."""
        for address in addresses:
            with suppress(OSError):
                return socket.create_connection((address, port), min(self.connect_s, seconds_left(until)))
        raise OutboundError(f"The {self.peer} can't be connected to.")


def seconds_left(until: float) -> float:
    return max(0.01, until - time.monotonic())


@contextmanager
def shut_down_at(sock: socket.socket, until: float) -> Iterator[None]:
    """Shut the connection down at `until`. A socket's own timeout starts again with every byte."""
    handle = socket.socket(fileno=os.dup(sock.fileno()))

    def cut() -> None:
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds_left(until), cut)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        handle.close()
