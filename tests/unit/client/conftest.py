"""The client against the real API over the twins, in this process; with accidents on the way, if wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from httpx_retries import Retry

from heavylift_client import Heavylift
from heavylift_client.transport import AGAIN
from tests.support.in_process_api import FrontWorld, InProcess
from tests.support.world import COPY, TEXT

Accident = Callable[[httpx.Request, httpx.BaseTransport], httpx.Response]

AT_ONCE = Retry(
    total=3,
    allowed_methods=AGAIN.allowed_methods,
    status_forcelist=AGAIN.status_forcelist,
    respect_retry_after_header=False,
)
"""Tries like the client's own, without its pauses."""


class Road(httpx.BaseTransport):
    """To the API, past what `accidents` do with a request and the way on: the first one first, each once."""

    def __init__(self, api: httpx.BaseTransport) -> None:
        self._api = api
        self.accidents: list[Accident] = []
        self.seen: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        request.read()
        if self.accidents:
            return self.accidents.pop(0)(request, self._api)
        return self._api.handle_request(request)


@pytest.fixture
def world() -> FrontWorld:
    return FrontWorld(require_api_key=False)


@pytest.fixture
def road(world: FrontWorld) -> Road:
    return Road(InProcess(world.front.app))


@pytest.fixture
def heavylift(road: Road) -> Iterator[Heavylift]:
    with Heavylift("http://api", transport=road, again=AT_ONCE) as client:
        yield client


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """What the task takes."""
    path = tmp_path / "input.txt"
    path.write_bytes(TEXT + b"hello")
    return path


def working(world: FrontWorld) -> Accident:
    """A worker had its turn."""

    def go_on(request: httpx.Request, api: httpx.BaseTransport) -> httpx.Response:
        world.work()
        return api.handle_request(request)

    return go_on


def nothing(request: httpx.Request, api: httpx.BaseTransport) -> httpx.Response:
    return api.handle_request(request)


TASK = COPY.name
