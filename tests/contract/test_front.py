"""The API on every implementation of the ports: rates, queue limits and the number of AWS calls.

`emulator` and `moto` use the AWS adapters, so the calls to AWS can be counted.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pytest

from api.admission.queue_limit import CACHE_TTL_S
from heavylift.adapters.memory.clock import ManualClock
from heavylift.adapters.system_clock import SystemClock
from heavylift.ports.objects import ObjectStore
from heavylift.ports.queue import JobQueue
from heavylift.ports.system import System
from heavylift.ports.table import Table
from heavylift.settings import Settings
from heavylift.tasks.registry import TASKS
from tests.support.in_process_api import InProcessApi
from tests.support.world import COPY, TEXT

WORK = replace(COPY, name="work-copy", queue="work")
FORM: dict[str, Any] = {"data": {"task": WORK.name}, "files": {"file": ("a.txt", TEXT + b"hello")}}


@pytest.fixture
def system(table: Table, queue: JobQueue, objects: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> System:
    monkeypatch.setitem(TASKS, WORK.name, WORK)
    settings = Settings(table_name="t", bucket_name="b", queue_prefix="w-")
    # A manual clock: no minute ends while its requests are counted.
    clock = ManualClock(SystemClock().now())
    return System(table, queue, objects, clock, settings)


def submit(client: httpx.Client, **options: Any) -> httpx.Response:
    return client.post("/v1/jobs", **FORM, **options)


def test_two_tenants_at_once_get_exactly_their_rate(system: System, threads: int) -> None:
    api = InProcessApi(system, requests_per_minute=15)
    clients = [api.client(api.key(tenant)) for tenant in ("me", "you")]
    with ThreadPoolExecutor(threads) as pool:
        answers = Counter(pool.map(lambda n: (n % 2, submit(clients[n % 2]).status_code), range(40)))
    assert answers == {(0, 202): 15, (0, 429): 5, (1, 202): 15, (1, 429): 5}
    assert system.queue.get_depth("work").visible == 30
    for client in clients:
        assert len(client.get("/v1/jobs", params={"limit": 100}).json()["items"]) == 15


def test_a_full_queue_is_exactly_full_and_recovers(system: System, threads: int) -> None:
    api = InProcessApi(system, require_api_key=False, queue_limits={"work": 6})
    client = api.client()
    with ThreadPoolExecutor(threads) as pool:
        answers = Counter(pool.map(lambda _: submit(client).status_code, range(16)))
    assert answers == {202: 6, 503: 10}
    assert system.queue.get_depth("work").visible == 6
    assert len(client.get("/v1/jobs").json()["items"]) == 6

    take_messages(system.queue, 2)
    system.clock.sleep(CACHE_TTL_S)
    assert [submit(client).status_code for _ in range(4)] == [202, 202, 503, 503]


def take_messages(queue: Any, count: int) -> None:
    """Receive `count` messages, as a worker does."""
    for _ in range(count):
        if not hasattr(queue, "_client"):
            assert queue.receive("work")
            continue
        found = queue._client.receive_message(QueueUrl=queue._url("work"))
        assert len(found["Messages"]) == 1


class AwsCalls:
    """Records every request that botocore sends, retries included."""

    def __init__(self, system: System) -> None:
        self.names: list[str] = []
        adapters: tuple[Any, ...] = (system.table, system.queue, system.objects)
        for adapter in adapters:
            adapter._client.meta.events.register("before-send", self._count)

    def _count(self, event_name: str, **_: Any) -> None:
        self.names.append(event_name.rpartition(".")[2])

    def of(self, request: Any) -> list[str]:
        self.names.clear()
        assert request().status_code < 400
        return list(self.names)


@pytest.mark.parametrize("backend", ["moto", "emulator"], indirect=True)
def test_the_calls_to_aws_on_the_hot_paths(system: System) -> None:
    api = InProcessApi(system, requests_per_minute=60, queue_limits={"work": 100})
    client = api.client(api.key("me"))
    # Warms the caches of the key and of the queue's address and depth.
    location = submit(client).headers["Location"]
    calls = AwsCalls(system)

    once = {"headers": {"Idempotency-Key": "once"}}
    assert calls.of(lambda: submit(client)) == ["UpdateItem", "PutObject", "PutItem", "SendMessage"]
    assert calls.of(lambda: submit(client, **once)) == [
        "UpdateItem",
        "PutObject",
        "TransactWriteItems",
        "SendMessage",
    ]
    assert calls.of(lambda: client.get(location)) == ["GetItem"]
    assert calls.of(lambda: client.get(f"{location}/outputs")) == ["GetItem"]
    assert calls.of(lambda: client.get("/v1/jobs")) == ["Query"]


@pytest.mark.parametrize(
    "backend", ["emulator"], indirect=True
)  # the other backends have no S3 that accepts a form
def test_an_upload_enforces_its_size_and_type_and_becomes_an_input(system: System) -> None:
    api = InProcessApi(system)
    me, you = (api.client(api.key(tenant)) for tenant in ("me", "you"))
    form = me.post("/v1/uploads", json={"task": WORK.name}).json()
    assert form["max_bytes"] == 1000

    def send(content: bytes, **changes: str) -> int:
        files = {"file": ("a.txt", content)}
        answer = httpx.post(form["url"], data=form["fields"] | changes, files=files, trust_env=False)
        return answer.status_code

    assert send(TEXT + bytes(1000)) >= 400
    assert send(b"") >= 400
    assert send(TEXT, **{"Content-Type": "text/html"}) >= 400
    assert send(TEXT, key="uploads/you/x") >= 400
    job = {"task": WORK.name, "input": {"upload_id": form["upload_id"]}}
    assert me.post("/v1/jobs", json=job).status_code == 404
    assert send(TEXT) < 300
    assert you.post("/v1/jobs", json=job).status_code == 404
    assert me.post("/v1/jobs", json=job).status_code == 202
