"""Submissions that say when the job starts, over HTTP: as JSON and as a form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from heavylift.job_store.waiting import settle_dependents
from tests.support.in_process_api import ApiWorld
from tests.support.world import CITE, COPY


@pytest.fixture
def world() -> ApiWorld:
    return ApiWorld()


@pytest.fixture
def client(world: ApiWorld) -> httpx.Client:
    return world.api.client(world.api.key("me"))


def post(world: ApiWorld, client: httpx.Client, **fields: Any) -> httpx.Response:
    answer: httpx.Response = world.submit_over(client, data={"task": COPY.name, **fields})
    return answer


def test_a_form_schedules_a_job(world: ApiWorld, client: httpx.Client) -> None:
    job = post(world, client, delay_s="90").json()
    assert (job["status"], job["phase"], job["after"]) == ("PROCESSING", "scheduled", [])
    at = datetime.fromtimestamp(world.clock.now() + 90, UTC)
    assert datetime.fromisoformat(job["run_at"]) == at
    again = post(world, client, run_at=at.isoformat()).json()
    assert again["run_at"] == job["run_at"]
    listed = client.get("/v1/jobs", params={"status": "PROCESSING"}).json()["items"]
    assert {each["phase"] for each in listed} == {"scheduled"}
    assert client.delete(f"/v1/jobs/{job['id']}").json()["status"] == "CANCELED"


def test_a_form_and_json_wait_for_jobs(world: ApiWorld, client: httpx.Client) -> None:
    first = post(world, client).json()["id"]
    second = post(world, client, after=[first], after_any="true").json()
    assert (second["phase"], second["after"], second["waits_for"]) == ("waiting", [first], [first])
    body = {"task": CITE.name, "params": {"source": first}, "after": [second["id"]]}
    third = client.post("/v1/jobs", json=body).json()
    assert (third["phase"], third["after"]) == ("waiting", [second["id"], first])
    world.work()
    settle_dependents(world.system, first)
    assert client.get(f"/v1/jobs/{second['id']}").json()["phase"] == "queued"
    assert client.get(f"/v1/jobs/{third['id']}").json()["waits_for"] == [second["id"]]


def test_the_story_says_what_kept_a_job(world: ApiWorld, client: httpx.Client) -> None:
    first = post(world, client, delay_s="90").json()["id"]
    second = post(world, client, after=[first]).json()["id"]

    def kinds(job_id: str) -> list[str]:
        return [each["kind"] for each in client.get(f"/v1/jobs/{job_id}/events").json()["items"]]

    assert kinds(first) == ["accepted", "scheduled"]
    assert kinds(second) == ["accepted", "waiting"]
    world.work()
    settle_dependents(world.system, first)
    assert kinds(second) == ["accepted", "waiting", "queued"]


def test_a_scheduled_job_is_queued_from_its_second_and_shows_its_line(
    world: ApiWorld, client: httpx.Client
) -> None:
    job = post(world, client, delay_s="90").json()
    events = f"/v1/jobs/{job['id']}/events"
    world.clock.sleep(89)
    assert [each["kind"] for each in client.get(events).json()["items"]] == ["accepted", "scheduled"]
    world.clock.sleep(1)
    *_, queued = client.get(events).json()["items"]
    assert (queued["kind"], queued["at"]) == ("queued", job["run_at"])
    assert queued["data"]["waiting"] == 1
    world.clock.sleep(4)
    world.work()
    after = client.get(events).json()["items"]
    assert [each["kind"] for each in after] == ["accepted", "scheduled", "queued", "claimed", "ended"]
    assert after[2]["data"]["waited_ms"] == 4000


@pytest.mark.parametrize(
    "fields",
    [
        {"delay_s": "-1"},
        {"delay_s": "nan"},
        {"delay_s": "2592001"},
        {"delay_s": "soon"},
        {"run_at": "2026-11-28T09:00:00"},
        {"run_at": "1790000000"},
        {"run_at": "9999-12-31T23:59:59Z"},
        {"run_at": "2026-11-28T09:00:00Z", "delay_s": "1"},
        {"delay_s": "1", "after": ["0197b4e2-7d1c-7c3e-9a51-3f6f0c2d8e11"]},
        {"after": ["a"] * 2},
        {"after": [str(number) for number in range(11)]},
        {"after_any": "maybe"},
    ],
)
def test_a_start_that_can_not_be_is_a_422_and_leaves_nothing(
    world: ApiWorld, client: httpx.Client, fields: dict[str, Any]
) -> None:
    before = dict(world.table.items)
    answer = post(world, client, **fields)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]
    assert (world.objects.objects, world.queue.queues) == ({}, {})
    assert {key for key in world.table.items if key.sk == "JOB"} <= set(before)


@pytest.mark.parametrize("fields", [{"delay_s": True}, {"delay_s": "9"}, {"run_at": 9}, {"after_any": "yes"}])
def test_json_has_the_types_of_the_schema(client: httpx.Client, fields: dict[str, Any]) -> None:
    assert client.post("/v1/jobs", json={"task": CITE.name, **fields}).status_code == 422


def test_a_job_of_another_tenant_is_404(world: ApiWorld, client: httpx.Client) -> None:
    first = post(world, client).json()["id"]
    other = world.api.client(world.api.key("another"))
    assert post(world, other, after=[first]).status_code == 404


def test_the_same_key_and_start_are_one_job(world: ApiWorld, client: httpx.Client) -> None:
    def submit(**body: Any) -> httpx.Response:
        return client.post("/v1/jobs", json={"task": CITE.name, **body}, headers={"Idempotency-Key": "k"})

    first = submit(delay_s=90).json()["id"]
    world.clock.sleep(5)
    assert submit(delay_s=90).json()["id"] == first
    assert submit(delay_s=91).status_code == 422
