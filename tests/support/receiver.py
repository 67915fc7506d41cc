"""A receiver of callbacks whose behaviour is scripted for each path."""

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
    """Keyed by lower-case name."""
    body: bytes

    def verify_body(self, secret: str) -> dict[str, Any]:
        """Return the job in the body. Raises WebhookVerificationError if `secret` does not verify it."""
        job: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return job


class Request(BaseHTTPRequestHandler):
    """Records a request at `server.receiver` and plays the scripted behaviour of its path."""

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
        """Record a followed redirect as well."""
        self.do_POST()

    def do_PUT(self) -> None:
        """Record an output that is delivered."""
        self.do_POST()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Print nothing."""


class Server(ThreadingHTTPServer):
    receiver: Receiver
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a client that hangs up or fails its handshake: both are part of the tests."""


def respond(code: int, **headers: str) -> Behaviour:
    def answer(request: Request) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def hang(request: Request) -> None:
    """Send no answer until the receiver closes."""
    request.server.receiver.closing.wait(60)


def drop(request: Request) -> None:
    """End the connection without an answer."""


def send_raw(*pieces: bytes, forever: bytes = b"", pause_s: float = 0.01) -> Behaviour:
    """Send raw bytes piece by piece, then repeat `forever` until the client hangs up."""

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
    """The name in the URLs that senders get."""
    script: dict[str, list[Behaviour]] = field(default_factory=lambda: defaultdict(list))
    """Path → behaviours, one for each request. The last behaviour repeats; a path without any answers 204."""
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
                return respond(204)
            return script.pop(0) if len(script) > 1 else script[0]

    def at(self, path: str) -> list[Received]:
        with self._lock:
            return [each for each in self.received if each.path == path]

    def wait(self, path: str, count: int, deadline_s: float = 20) -> list[Received]:
        """Return the requests to a path once there are `count`. Raises AssertionError after the deadline."""
        until = time.monotonic() + deadline_s
        while len(found := self.at(path)) < count:
            assert time.monotonic() < until, f"{path} was called {len(found)} times, not {count}"
            time.sleep(0.02)
        return found


@contextmanager
def run_receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
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
