"""HEAD wherever there is GET: the same status and headers, without a body (RFC 9110, 9.3.2)."""

from __future__ import annotations

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MARK = "heavylift.head"


def is_head(request: Request) -> bool:
    """Return whether the request came as HEAD: its method is GET by now."""
    return MARK in request.scope


class HeadRequests:
    """ASGI middleware that answers HEAD as GET and drops the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET", MARK: True}, receive, send_without_body)
