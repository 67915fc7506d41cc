"""Lambda's API of event source mappings, as far as the api calls it: pollers look here whether they may poll.

`sam local` runs functions and knows no event source mapping, and the services' Lambda knows nothing of these.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from infra.local.instance import HOST

PATH = "/2015-03-31/event-source-mappings/"


def mapping_id(logical_id: str) -> str:
    """Return the id of the template's event source mapping of this logical id: boto3 takes UUIDs only."""
    return str(uuid5(NAMESPACE_URL, logical_id))


@dataclass
class Mappings:
    """The ids of the mappings that are turned off."""

    off: set[str] = field(default_factory=set)

    def is_off(self, mapping: str) -> bool:
        return mapping in self.off

    def set(self, mapping: str, *, enabled: bool) -> None:
        (self.off.discard if enabled else self.off.add)(mapping)


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
            state = "Disabled" if mappings.is_off(self._mapping) else "Enabled"
            found: dict[str, Any] = {"UUID": self._mapping, "State": state} if known else {}
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
