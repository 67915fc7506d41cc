"""A receiver of callbacks, as a stranger might run one: it does per path what it is told."""

from __future__ import annotations

import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

Behaviour = Callable[["Request"], None]


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    """By lower-case name."""
    body: bytes

    def verified(self, secret: str) -> dict[str, Any]:
        """The job that came, once the published library has verified it with `secret`."""
        job: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return job


class Request(BaseHTTPRequestHandler):
    """One request being answered; `server.receiver` is who is told."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        behaviour = self.server.receiver.note(Received(self.path, headers, body))
        self.close_connection = True
        with suppress(OSError):
            behaviour(self)

    def do_GET(self) -> None:
        """What a redirect that is followed would look like."""
        self.do_POST()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Nothing: the tests look at what was received."""


class Server(ThreadingHTTPServer):
    receiver: Receiver
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a caller that hangs up, or whose handshake fails, is part of the test."""


def status(code: int, **headers: str) -> Behaviour:
    def answer(request: Request) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def hang(request: Request) -> None:
    """No answer until the receiver is closed."""
    request.server.receiver.closing.wait(60)


def drop(request: Request) -> None:
    """The connection ends without an answer."""


def raw(*pieces: bytes, forever: bytes = b"", pause_s: float = 0.01) -> Behaviour:
    """What is no good answer, piece by piece; `forever` is repeated until the caller hangs up."""

    def answer(request: Request) -> None:
        for piece in pieces:
            request.wfile.write(piece)
        while forever and not request.server.receiver.closing.wait(pause_s):
            request.wfile.write(forever)

    return answer


@dataclass
class Receiver:
    port: int
    scheme: str
    host: str = "127.0.0.1"
    """The name by which those who call reach it."""
    script: dict[str, list[Behaviour]] = field(default_factory=lambda: defaultdict(list))
    """What each path does, request after request; the last one goes on, and without any it is a 204."""
    received: list[Received] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str, host: str | None = None) -> str:
        return f"{self.scheme}://{host or self.host}:{self.port}{path}"

    def note(self, received: Received) -> Behaviour:
        with self._lock:
            self.received.append(received)
            script = self.script[received.path]
            if not script:
                return status(204)
            return script.pop(0) if len(script) > 1 else script[0]

    def at(self, path: str) -> list[Received]:
        with self._lock:
            return [each for each in self.received if each.path == path]

    def wait(self, path: str, count: int, deadline_s: float = 20) -> list[Received]:
        """What has come to a path once it is so many; fails if it is fewer by the deadline."""
        until = time.monotonic() + deadline_s
        while len(found := self.at(path)) < count:
            assert time.monotonic() < until, f"{path} was called {len(found)} times, not {count}"
            time.sleep(0.02)
        return found


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    server = Server(("127.0.0.1", 0), Request)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.receiver = Receiver(server.server_address[1], "https" if tls else "http")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.receiver
    finally:
        server.receiver.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
