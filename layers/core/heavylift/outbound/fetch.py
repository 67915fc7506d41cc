"""Fetch the file at an untrusted url: bounded in size and time, each redirect judged by itself.

What is stored is what the server sent: a content encoding is refused, so nothing is ever decompressed here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

from heavylift.errors import (
    InputAddressRefused,
    InputNotAccepted,
    InputNotServed,
    InputTooLarge,
    InputUnreachable,
)
from heavylift.outbound.address import UrlRefused, check_url
from heavylift.outbound.connection import (
    PORTS,
    AddressRefused,
    Dialer,
    OutboundError,
    seconds_left,
    shut_down_at,
    target_of,
)
from heavylift.outbound.headers import override

MAX_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
TRY_AGAIN = (408, 425, 429)
"""With every 5xx: the statuses after which another attempt may help."""
HEADERS_S = 15.0
"""How long a server may take to its answer's last header, as the receiver of a callback may."""
SILENCE_S = 15.0
"""How long a server may send nothing."""
CHUNK = 64 * 1024
TOO_SLOW = "The server did not send the file in time."
ASKED = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "Heavylift-Fetch/1"}


@dataclass(frozen=True)
class Fetch:
    """What to fetch, and within which bounds."""

    url: str
    headers: Mapping[str, str]
    """Sent to the url's own origin only."""
    max_bytes: int
    seconds: float
    look: Callable[[], None] = lambda: None
    """Called after each piece. It may raise, to stop."""


def fetch(dialer: Dialer, wanted: Fetch, path: Path) -> int:
    """Store the file at `path` and return its size in bytes.

    Raises InputUnreachable, where another attempt may help; InputNotServed, InputAddressRefused,
    InputTooLarge or InputNotAccepted; and OSError if the disk is full.
    """
    until, url = time.monotonic() + wanted.seconds, wanted.url
    for _ in range(MAX_REDIRECTS + 1):
        own = _origin_of(url) == _origin_of(wanted.url)
        with ExitStack() as stack:
            with _translate_faults(dialer, until):
                connection = stack.enter_context(dialer.open(urlsplit(url), until))
                response = _ask(connection, urlsplit(url), wanted.headers if own else {}, until)
            stack.callback(response.close)
            if response.status not in REDIRECTS:
                _check_answer(response, wanted)
                return _receive(dialer, response, wanted, path, until)
        url = _judge_redirect(url, response.getheader("Location"), private=dialer.private)
    raise InputNotServed(f"The server redirects more than {MAX_REDIRECTS} times.")


@contextmanager
def _translate_faults(dialer: Dialer, until: float) -> Iterator[None]:
    """Raise what the job's owner reads in place of an error of the network."""
    try:
        yield
    except AddressRefused as refused:
        raise InputAddressRefused(str(refused)) from None
    except OutboundError as reason:
        raise InputUnreachable(str(reason)) from None
    except (OSError, HTTPException) as fault:
        if isinstance(fault, TimeoutError) or time.monotonic() >= until:
            raise InputUnreachable(TOO_SLOW) from None
        raise InputUnreachable(dialer.describe(fault)) from None


def _ask(
    connection: HTTPConnection, at: SplitResult, headers: Mapping[str, str], until: float
) -> HTTPResponse:
    """Send the request and return the answer once its headers are complete. Raises TimeoutError."""
    until, sock = min(until, time.monotonic() + HEADERS_S), connection.sock
    with shut_down_at(sock, until):
        sock.settimeout(seconds_left(until))
        connection.request("GET", target_of(at), headers=override(headers, by=ASKED))
        response = connection.getresponse()
        if time.monotonic() >= until:
            response.close()
            raise TimeoutError  # headers that were cut off look like a complete answer
    sock.settimeout(SILENCE_S)
    return response


def _judge_redirect(url: str, location: str | None, *, private: bool) -> str:
    """Return where the server redirects to. Raises InputAddressRefused if that may not be called."""
    if not location:
        raise InputNotServed("The server redirects without a url.")
    try:
        target = urljoin(url, location).partition("#")[0]
        return check_url(target, private=private)
    except (UrlRefused, ValueError) as refused:
        why = str(refused) if isinstance(refused, UrlRefused) else "This is not a valid url."
        raise InputAddressRefused(f"The server redirects to a url that is not called. {why}") from None


def _check_answer(response: HTTPResponse, wanted: Fetch) -> None:
    """Raise unless the answer is the file, as it is, and not too large by what the server says."""
    if response.status in TRY_AGAIN or response.status >= 500:
        raise InputUnreachable(f"The server answered {response.status}.")
    if response.status != 200:
        raise InputNotServed(f"The server answered {response.status}.")
    encoding = response.getheader("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise InputNotAccepted("The server sends the file compressed, although it was asked not to.")
    if response.length is not None and response.length > wanted.max_bytes:
        raise _too_large(wanted, f"has {response.length:,} bytes")


def _receive(dialer: Dialer, response: HTTPResponse, wanted: Fetch, path: Path, until: float) -> int:
    size = 0
    with path.open("wb") as file:
        while True:
            with _translate_faults(dialer, until):
                piece = response.read1(CHUNK)
            if not piece:
                break
            size += len(piece)
            if size > wanted.max_bytes:
                raise _too_large(wanted, "is larger")
            file.write(piece)
            wanted.look()
    if time.monotonic() >= until:
        raise InputUnreachable(TOO_SLOW)  # a connection that was shut down looks like the end of the file
    if response.length:
        raise InputUnreachable(f"The server closed the connection {response.length:,} bytes too early.")
    return size


def _too_large(wanted: Fetch, what: str) -> InputTooLarge:
    return InputTooLarge(f"The file {what}; at most {wanted.max_bytes:,} bytes are taken.")


def _origin_of(url: str) -> tuple[str, str | None, int]:
    at = urlsplit(url)
    return at.scheme, at.hostname, at.port or PORTS[at.scheme]
