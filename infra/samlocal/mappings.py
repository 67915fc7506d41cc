"""Lambda's API of event source mappings, as far as the api calls it: pollers look here whether they may poll.

`sam local` runs functions and knows no event source mapping, and the services' Lambda knows nothing of these.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from infra.local.instance import HOST

PATH = "/2015-03-31/event-source-mappings/"
STOP_S = 2.5
"""How long a poll may take to end. The api waits 3 s for an answer."""


def mapping_id(logical_id: str) -> str:
    """Return the id of the template's event source mapping of this logical id: boto3 takes UUIDs only."""
    return str(uuid5(NAMESPACE_URL, logical_id))


@dataclass
class Mappings:
    """Which mappings are turned off, and how many polls of each are under way."""

    _off: set[str] = field(default_factory=set)
    _polls: Counter[str] = field(default_factory=Counter)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def poll(self, mapping: str) -> Iterator[bool]:
        """Yield whether the mapping is on, and so may be polled during the block."""
        with self._changed:
            is_on = mapping not in self._off
            self._polls[mapping] += is_on
        try:
            yield is_on
        finally:
            with self._changed:
                self._polls[mapping] -= is_on
                self._changed.notify_all()

    def set(self, mapping: str, *, enabled: bool) -> None:
        """Turn the mapping on or off. When it is off, wait until the polls under way have ended."""
        with self._changed:
            (self._off.discard if enabled else self._off.add)(mapping)
            if not enabled:
                self._changed.wait_for(lambda: not self._polls[mapping], STOP_S)

    def state_of(self, mapping: str) -> str:
        """Return the state as Lambda names it. While it is Disabling, a poll may still take a message."""
        with self._changed:
            if mapping not in self._off:
                return "Enabled"
            return "Disabling" if self._polls[mapping] else "Disabled"


@contextmanager
def serve_mappings(mappings: Mappings, port: int) -> Iterator[str]:
    """Serve the API at a port of this machine (0: any that is free) during the block. Yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_PUT(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
            if "Enabled" in body and self.path.startswith(PATH):
                mappings.set(self._mapping, enabled=bool(body["Enabled"]))
            self._answer()

        @property
        def _mapping(self) -> str:
            return self.path.removeprefix(PATH).strip("/")

        def _answer(self) -> None:
            known = self.path.startswith(PATH)
            mapping = self._mapping
            found: dict[str, Any] = {"UUID": mapping, "State": mappings.state_of(mapping)} if known else {}
            body = json.dumps(found).encode()
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer((HOST, port), Handler)
    threading.Thread(target=server.serve_forever, args=(0.1,), name="mappings", daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
