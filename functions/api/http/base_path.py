"""The path at which the API lives on its host (`BasePath`): ASGI's `root_path` of each request.

Some that stand in front of the API leave this path at the beginning of a request's path, others take it off.
Routes match in both cases.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class BasePath:
    """ASGI middleware that sets `root_path`, as a server would that knows it."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "root_path": self._path}, receive, send)
