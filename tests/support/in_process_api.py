"""The API in the test's process, on a system that the test chooses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from copy import copy
from functools import cache
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.datastructures import State

from api.app import create_app
from api.dependencies import ApiContext
from api.openapi import document
from api.settings import ApiSettings
from heavylift.adapters.memory.queue import MemoryQueue
from heavylift.adapters.memory.scheduler import MemoryScheduler
from heavylift.adapters.memory.switch import MemorySwitch
from heavylift.api_keys import Scope, create_key, revoke_key
from heavylift.ports.system import System
from tests.support.world import COPY, QUEUE, TEXT, CopyTask, World


def create_similar_app(settings: ApiSettings, context: Callable[[], ApiContext]) -> FastAPI:
    """Return what `create_app` returns, on the routes of the first app with these settings.

    Making the routes takes longer than most tests. All else is the app's own: state, document, middleware.
    """
    app = copy(_create_complete_app(settings.model_dump_json()))
    app.state = State({"get_context": context})
    document.describe(app, key_required=settings.require_api_key)
    return app


@cache
def _create_complete_app(settings: str) -> FastAPI:
    app = create_app(ApiSettings.model_validate_json(settings))
    for _ in iter_route_contexts(app.routes):
        pass  # FastAPI completes its routes at their first use, which is not safe in threads
    return app


class InProcessTransport(httpx.BaseTransport):
    """Sends requests to an ASGI application, from any thread. An exception is a 500, as on Lambda."""

    def __init__(self, app: FastAPI) -> None:
        self._to_app = httpx.ASGITransport(app, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._to_app.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


class InProcessApi:
    """An API that requires keys and has no rate limit, unless `settings` change that."""

    def __init__(self, system: System, **settings: Any) -> None:
        self.system = system
        self.settings = ApiSettings(requests_per_minute=0, calls_per_minute=0).model_copy(update=settings)
        memory = system.queue if isinstance(system.queue, MemoryQueue) else MemoryQueue(system.clock)
        switch = MemorySwitch(memory)
        self.scheduler = MemoryScheduler()
        context = ApiContext.of(system, self.settings, lambda: switch, lambda: self.scheduler)
        self.app = create_similar_app(self.settings, lambda: context)

    def key(self, tenant: str, scopes: Iterable[Scope] = tuple(Scope)) -> str:
        return create_key(self.system.table, tenant, scopes, self.system.clock.now())[0]

    def make_revoked_key(self, tenant: str) -> str:
        now = self.system.clock.now()
        secret, key = create_key(self.system.table, tenant, Scope, now)
        revoke_key(self.system.table, key.id, now)
        return secret

    def client(self, key: str | None = None) -> httpx.Client:
        headers = {b"Authorization": f"Bearer {key}".encode()} if key else {}
        return httpx.Client(transport=InProcessTransport(self.app), base_url="http://api", headers=headers)


class ApiWorld(World):
    """A World with an API."""

    def __init__(self, task: CopyTask | None = None, **settings: Any) -> None:
        super().__init__(task)
        self.api = InProcessApi(self.system, **settings)

    def submit_over(self, client: httpx.Client, **changes: Any) -> Any:
        """POST /v1/jobs with a small file that the copy task accepts."""
        form: dict[str, Any] = {"data": {"task": COPY.name}, "files": {"file": ("a.txt", TEXT + b"hello")}}
        return client.post("/v1/jobs", **(form | changes))

    def waiting(self) -> int:
        return self.queue.get_depth(QUEUE).visible
