"""Admission: the rate of a tenant, the limit of a queue, the size of a body."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import Mock

import pytest

from api.admission.minute_counter import COUNTER_TTL_S
from api.admission.queue_limit import CACHE_TTL_S
from api.admission.retry_after import CACHE_TTL_S as RUN_TIMES_TTL_S
from api.http.json_body import MAX_JSON_BYTES
from heavylift.ports.queue import Message
from heavylift.service.inputs import MAX_DIRECT_BYTES
from tests.support.in_process_api import ApiWorld
from tests.support.world import COPY, QUEUE, TEXT

OPEN: dict[str, Any] = {"require_api_key": False}


def test_two_tenants_at_once_get_exactly_their_rate() -> None:
    world = ApiWorld(requests_per_minute=20)
    clients = [world.api.client(world.api.key(tenant)) for tenant in ("me", "you")]

    def post(number: int) -> tuple[int, int]:
        return number % 2, world.submit_over(clients[number % 2]).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(post, range(60)))

    assert answers == {(0, 202): 20, (0, 429): 10, (1, 202): 20, (1, 429): 10}
    assert world.waiting() == 40


def test_over_the_rate_retry_after_names_when_a_request_is_accepted() -> None:
    world = ApiWorld(requests_per_minute=1)
    client = world.api.client(world.api.key("me"))
    assert world.submit_over(client).status_code == 202
    refused = world.submit_over(client)
    assert refused.json()["type"] == "/problems/rate-limited"
    [counter] = [item for item in world.table.items.values() if item["pk"].startswith("RATE#")]
    assert 60 <= counter["expires_at"] - world.clock.now() <= COUNTER_TTL_S
    seconds = int(refused.headers["Retry-After"])
    assert 1 <= seconds <= 60
    world.clock.sleep(seconds)
    assert world.submit_over(client).status_code == 202


def test_reads_are_not_counted_and_writes_are() -> None:
    world = ApiWorld(requests_per_minute=3)
    client = world.api.client(world.api.key("me"))
    job = world.submit_over(client).json()["links"]["self"]
    for path in (job, "/v1/jobs", "/v1/queues", "/v1/tasks"):
        assert {client.get(path).status_code for _ in range(5)} == {200}
    assert client.delete(job).status_code == 200
    assert client.post(f"{job}/retry").status_code == 202
    assert client.post("/v1/uploads", json={"task": COPY.name}).status_code == 201
    assert client.post(f"{job}/retry").status_code == 429


def test_a_full_queue_refuses_exactly_the_jobs_over_its_limit_and_recovers() -> None:
    world = ApiWorld(**OPEN, queue_limits={QUEUE: 5})
    client = world.api.client()
    answers = [world.submit_over(client) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [202] * 5 + [503] * 3
    assert answers[-1].json()["type"] == "/problems/queue-full"
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert len(world.table.items) == 5

    for _ in range(2):
        world.work_once()
    world.clock.sleep(CACHE_TTL_S)
    assert [world.submit_over(client).status_code for _ in range(3)] == [202, 202, 503]


def test_a_full_queue_names_the_run_time_of_a_job_and_only_then_reads_the_jobs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = ApiWorld(**OPEN, queue_limits={QUEUE: 1})
    client = world.api.client()
    world.task.before = lambda number: world.clock.sleep(12)
    world.submit_over(client)
    world.work()
    world.clock.sleep(RUN_TIMES_TTL_S)
    reads = Mock(wraps=world.table.query)
    monkeypatch.setattr(world.table, "query", reads)
    assert world.submit_over(client, files={"file": ("a", b"no text")}).status_code == 415
    assert reads.call_count == 0
    world.queue.send(QUEUE, Message("another"))
    world.clock.sleep(CACHE_TTL_S)
    refused = world.submit_over(client)
    assert (refused.status_code, refused.headers["Retry-After"], reads.call_count) == (503, "12", 1)


def test_a_refused_submission_takes_no_room() -> None:
    world = ApiWorld(**OPEN, queue_limits={QUEUE: 1})
    client = world.api.client()
    for _ in range(3):
        assert world.submit_over(client, files={"file": ("a", b"no text")}).status_code == 415
    assert world.submit_over(client).status_code == 202


def test_parallel_submissions_do_not_exceed_the_limit() -> None:
    world = ApiWorld(**OPEN, queue_limits={QUEUE: 7})
    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(lambda _: world.submit_over(world.api.client()).status_code, range(24)))
    assert answers == {202: 7, 503: 17}


def test_a_retry_needs_room_too() -> None:
    world = ApiWorld(**OPEN, queue_limits={QUEUE: 1})
    client = world.api.client()
    job = world.submit_over(client).json()["links"]["self"]
    client.delete(job)
    # The message of the first run is still in the queue.
    assert client.post(f"{job}/retry").status_code == 503
    world.work()
    world.clock.sleep(CACHE_TTL_S)
    assert client.post(f"{job}/retry").status_code == 202


@pytest.mark.parametrize("size", [MAX_DIRECT_BYTES + 200_000, 7_000_000])
@pytest.mark.parametrize("kind", ["form", "json"])
def test_a_body_that_is_too_large_is_pointed_to_uploads(size: int, kind: str) -> None:
    client = ApiWorld(**OPEN).api.client()
    sent: dict[str, Any] = {"content": b"[" * size, "headers": {"Content-Type": "application/json"}}
    if kind == "form":
        sent = {"data": {"task": COPY.name}, "files": {"file": ("a", TEXT + bytes(size))}}
    answer = client.post("/v1/jobs", **sent)
    assert answer.status_code == 413
    assert answer.json()["type"] == "/problems/too-large"
    assert "/v1/uploads" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/uploads"])
def test_json_has_a_limit_of_its_own(path: str) -> None:
    body = b'{"task": "copy"}'.ljust(MAX_JSON_BYTES + 1)
    answer = (
        ApiWorld(**OPEN).api.client().post(path, content=body, headers={"Content-Type": "application/json"})
    )
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


@pytest.mark.parametrize(
    "reference",
    [{}, {"job_id": "x"}, {"output": "a.txt"}, {"upload_id": "0" * 36, "job_id": "x", "output": "a.txt"}],
)
def test_a_reference_is_an_upload_or_an_output_and_never_both(reference: dict[str, str]) -> None:
    answer = ApiWorld(**OPEN).api.client().post("/v1/jobs", json={"task": COPY.name, "input": reference})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/input")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"task":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"task": "\\ud800"}',
        b"\xff\xfe",
        b"NaN",
        b'{"task": "copy", "params": {"parts": NaN}}',
    ],
    ids=lambda body: str(body[:20]),
)
def test_invalid_json_is_a_422(body: bytes) -> None:
    client = ApiWorld(**OPEN).api.client()
    headers = {"Content-Type": "application/json"}
    for path in ("/v1/jobs", "/v1/uploads", "/v1/dead-letters/redrive"):
        answer = client.post(path, content=body, headers=headers)
        assert answer.status_code in (404, 422), answer.text
        if path == "/v1/jobs":
            form = {"data": {"task": COPY.name, "params": body}, "files": {"file": ("a", TEXT)}}
            assert client.post(path, **form).status_code == 422  # type: ignore[arg-type]


@pytest.mark.parametrize("media_type", ["", "text/html"])
def test_an_upload_of_another_type_than_the_task_takes_is_refused(media_type: str) -> None:
    client = ApiWorld(**OPEN).api.client()
    answer = client.post("/v1/uploads", json={"task": COPY.name, "media_type": media_type})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/media_type")


def test_an_upload_is_no_larger_than_the_task_and_the_stack_allow() -> None:
    client = ApiWorld(**OPEN, max_upload_bytes=400).api.client()
    assert client.post("/v1/uploads", json={"task": COPY.name}).json()["max_bytes"] == 400
    client = ApiWorld(**OPEN).api.client()
    assert client.post("/v1/uploads", json={"task": COPY.name}).json()["max_bytes"] == 1000
