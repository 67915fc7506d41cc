"""A client of a world with batches: each look at a batch lets the workers do one thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from archive.zip_task import ZipTask
from heavylift.errors import InvalidInput
from heavylift_client import Heavylift, follow_batch, follow_many
from heavylift_client.transport import http_client
from tests.support.batch_world import BULK, BatchWorld
from tests.support.client_store import ClientStore
from tests.support.in_process_api import InProcessApi, InProcessTransport
from tests.support.world import QUEUE, TEXT
from tests.unit.client.conftest import AT_ONCE, FlakyTransport

FAILS = {"parts": 2}
"""Params with which a job fails."""


def fail_at_two(number: int) -> None:
    if number == 2:
        raise InvalidInput("The file is odd.")


class WorkingTransport(FlakyTransport):
    """Lets the workers do one thing before a request that looks at a batch or waits for a job."""

    def __init__(self, world: BatchWorld, api: httpx.BaseTransport) -> None:
        super().__init__(api)
        self.world = world
        self.idle = 0
        """How many requests pass before the workers do anything."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.idle = max(0, self.idle - 1)
        if not self.idle and request.method == "GET" and not request.url.path.endswith("/jobs"):
            _ = self.world.make_once() or self.world.work_once(BULK) or self.world.work_once(QUEUE)
            self.world.work_once("archive")
            self.world.pass_stream()
        return super().handle_request(request)


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> BatchWorld:
    world = BatchWorld(monkeypatch)
    world.task.before = fail_at_two
    world.tasks["zip"] = ZipTask()
    for module in (follow_batch, follow_many):
        monkeypatch.setattr(module.time, "sleep", world.clock.sleep)
    return world


@pytest.fixture
def api(batches: BatchWorld) -> InProcessApi:
    return InProcessApi(batches.system)


@pytest.fixture
def transport(api: InProcessApi, batches: BatchWorld) -> WorkingTransport:
    return WorkingTransport(batches, InProcessTransport(api.app))


@pytest.fixture
def store(batches: BatchWorld, monkeypatch: pytest.MonkeyPatch) -> ClientStore:
    return ClientStore(batches, monkeypatch)


@pytest.fixture
def heavylift(api: InProcessApi, transport: WorkingTransport, store: ClientStore) -> Iterator[Heavylift]:
    with Heavylift("http://api", api.key("me"), transport=transport, retry_policy=AT_ONCE) as client:
        client._store = http_client("", 10, AT_ONCE, transport=store)
        yield client


@pytest.fixture
def scans(tmp_path: Path) -> list[Path]:
    """Three files, two of which have the same name."""
    found = []
    for number, name in enumerate(("a/scan.txt", "b/scan.txt", "letter.txt")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(TEXT + b"%d" % number)
        found.append(path)
    return found
