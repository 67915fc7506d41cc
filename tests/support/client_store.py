"""The client's connection to the object store: it reads and writes a world's objects in memory."""

from __future__ import annotations

from email import message_from_bytes
from typing import Any

import httpx
import pytest

from heavylift.testing import World


class ClientStore(httpx.BaseTransport):
    """Serves the world's objects at http://store/, and takes forms."""

    def __init__(self, world: World, patch: pytest.MonkeyPatch) -> None:
        self._objects = world.objects
        self.broken: set[bytes] = set()
        """Contents that are refused."""
        get, post = world.objects.presign_get, world.objects.presign_post
        patch.setattr(
            world.objects,
            "presign_get",
            lambda *key, **more: get(*key, **more).replace("memory://", "http://store"),
        )
        patch.setattr(
            world.objects, "presign_post", lambda *key, **more: {**post(*key, **more), "url": "http://store/"}
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, content=self._objects.read(request.url.path[1:]))
        fields = read_form(request)
        content = fields["file"]
        if content in self.broken:
            return httpx.Response(413)
        self._objects.put(fields["key"].decode(), content, fields["Content-Type"].decode())
        return httpx.Response(204)


def read_form(request: httpx.Request) -> dict[str, bytes]:
    """Return the fields of a form, by name."""
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    parts: Any = message_from_bytes(head + request.read()).get_payload()
    return {
        part.get_param("name", header="Content-Disposition"): part.get_payload(decode=True) for part in parts
    }
