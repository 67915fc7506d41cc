"""One POST to a stranger's address.

The address that was checked is the address that is dialled: the name is looked up once, each of its
addresses is judged, and the connection is made to one of those. The name is used after that only for the
certificate and the Host header. Redirects are not followed, and nothing of the answer but its status is
kept. Looking the name up has the resolver's own limit; nothing after it, not even a receiver that answers
byte by byte, outlasts `total_s`.
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
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from heavylift.webhooks.delivery_state import ACCEPTED, Answer
from heavylift.webhooks.url import is_public

PORTS = {"http": 80, "https": 443}
POLITE_BYTES = 16_384
"""So much of an answer's body is read and dropped, so that the receiver can end in peace."""


class DeliveryError(Exception):
    """Why there was no answer, in words for the job's owner: no address, no host but the url's own."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, IPv4 first: a Lambda function reaches nothing else by itself."""
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

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The receiver's answer, or why there is none. Never raises for anything that lies outside."""
        at, until = urlsplit(url), time.monotonic() + self.total_s
        try:
            with self._connected(at, until) as connection:
                target = at.path + (f"?{at.query}" if at.query else "")
                connection.request("POST", target, body, dict(headers))
                response = connection.getresponse()
                if time.monotonic() >= until:
                    raise TimeoutError  # what was cut off among its headers looks like an answer
                with suppress(OSError, HTTPException):
                    response.read(POLITE_BYTES)
                return _heard(response.status)
        except DeliveryError as reason:
            return Answer(error=str(reason))
        except (OSError, HTTPException) as fault:
            if time.monotonic() >= until or isinstance(fault, TimeoutError):
                return Answer(error=f"The receiver did not answer within {self.total_s:g} s.")
            return Answer(error=_broken_off(fault))

    @contextmanager
    def _connected(self, at: SplitResult, until: float) -> Iterator[HTTPConnection]:
        host, port = at.hostname or "", at.port or PORTS[at.scheme]
        if at.scheme != "https" and not self.private:
            raise DeliveryError("This stack sends callbacks by https only.")
        connection = (HTTPSConnection if at.scheme == "https" else HTTPConnection)(host, port)
        connection.auto_open = 0  # it is never to look the name up by itself
        with (
            closing(connection),
            self._dialled(self._checked(host, port), port, until) as sock,
            _cut_off(sock, until),
        ):
            sock.settimeout(_left(until))
            secure = at.scheme == "https"
            connection.sock = self.tls.wrap_socket(sock, server_hostname=host) if secure else sock
            yield connection

    def _checked(self, host: str, port: int) -> list[str]:
        """The addresses behind a name; if one of them is private, none is called."""
        try:
            addresses = self.resolve(host, port)
        except (OSError, UnicodeError):
            raise DeliveryError("The receiver's name is not known.") from None
        if not self.private and not all(is_public(address) for address in addresses):
            raise DeliveryError("The receiver's name leads to a private address, and nothing is sent there.")
        return addresses

    def _dialled(self, addresses: list[str], port: int, until: float) -> socket.socket:
        for address in addresses:
            with suppress(OSError):
                return socket.create_connection((address, port), min(self.connect_s, _left(until)))
        raise DeliveryError("The receiver can't be connected to.")


def _heard(status: int) -> Answer:
    if status in ACCEPTED:
        return Answer(status)
    if 300 <= status < 400:
        return Answer(status, f"The receiver answered {status}; redirects are not followed.")
    return Answer(status, f"The receiver answered {status}.")


def _broken_off(fault: Exception) -> str:
    match fault:
        case ssl.SSLCertVerificationError():
            return f"The receiver's certificate is not valid: {fault.verify_message}."
        case ssl.SSLError():
            return "The receiver does not speak TLS as it is spoken today."
        case _:
            return "The receiver ended the connection without an answer in HTTP."


def _left(until: float) -> float:
    return max(0.01, until - time.monotonic())


@contextmanager
def _cut_off(sock: socket.socket, until: float) -> Iterator[None]:
    """End the connection when the time is over: a socket's own timeout starts anew with every byte."""
    handle = socket.socket(fileno=os.dup(sock.fileno()))

    def cut() -> None:
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(_left(until), cut)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        handle.close()
