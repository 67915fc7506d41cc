"""/v1/batches, from the request to the end of all jobs."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from api.admission.wait_limit import reserve_wait
from heavylift.job_store.load import load_job
from heavylift.jobs.ids import new_id
from heavylift.jobs.object_keys import upload_key
from tests.support.batch_world import BATCHES, BatchWorld
from tests.support.in_process_api import InProcessApi
from tests.support.world import COPY

Items = list[dict[str, Any]]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> BatchWorld:
    return BatchWorld(monkeypatch)


@pytest.fixture
def api(world: BatchWorld) -> httpx.Client:
    api = InProcessApi(world.system)
    return api.client(api.key("me"))


@pytest.fixture
def items(world: BatchWorld) -> Items:
    return [world.item(name=f"item {n}").model_dump(exclude_unset=True) for n in range(1, 31)]


def finish(world: BatchWorld, batch_id: str) -> None:
    batch = load_job(world.table, batch_id)
    assert batch is not None
    world.finish(batch)


def test_a_batch_from_submission_to_end(world: BatchWorld, api: httpx.Client, items: Items) -> None:
    answer = api.post("/v1/batches", json={"task": COPY.name, "items": items, "tags": ["november"]})
    assert answer.status_code == 202, answer.text
    batch, here = answer.json(), answer.headers["Location"]
    assert here == f"/v1/batches/{batch['id']}"
    ends = {"done": 0, "failed": 0, "canceled": 0}
    assert batch["jobs"] == {"total": None, "made": 0, "open": 0, **ends}
    world.make_once()
    assert api.get(here).json()["jobs"] == {"total": 30, "made": 30, "open": 30, **ends}
    finish(world, batch["id"])
    ended = api.get(here).json()
    assert ended["status"] == "DONE"
    assert ended["jobs"] == {"total": 30, "made": 30, "open": 0, **ends, "done": 30}
    assert ended["progress"]["done"] == 30


def test_the_story_of_a_batch_is_of_jobs_and_not_of_parts(
    world: BatchWorld, api: httpx.Client, items: Items
) -> None:
    batch = api.post("/v1/batches", json={"task": COPY.name, "items": items}).json()
    world.make_once()
    story = api.get(batch["links"]["events"]).json()["items"]
    assert [event["kind"] for event in story] == ["accepted", "queued", "claimed", "split"]
    assert story[-1]["text"] == "Its items were checked: the batch has 30 jobs."


def test_a_job_of_a_batch_names_its_batch_and_its_item(
    world: BatchWorld, api: httpx.Client, items: Items
) -> None:
    batch = api.post("/v1/batches", json={"task": COPY.name, "items": items}).json()
    world.make_once()
    jobs = api.get(f"/v1/batches/{batch['id']}/jobs?limit=2").json()["items"]
    assert [job["batch"] for job in jobs] == [{"id": batch["id"], "number": number} for number in (1, 2)]


def test_the_jobs_and_outputs_of_a_batch_are_in_its_order(
    world: BatchWorld, api: httpx.Client, items: Items
) -> None:
    answer = api.post("/v1/batches", json={"task": COPY.name, "items": items, "tags": ["november"]})
    here = answer.headers["Location"]
    finish(world, answer.json()["id"])
    first = api.get(f"{here}/jobs", params={"limit": 20}).json()
    rest = api.get(f"{here}/jobs", params={"cursor": first["next"]}).json()
    assert [job["name"] for job in first["items"] + rest["items"]] == [each["name"] for each in items]
    assert rest["next"] is None
    places = [{"id": answer.json()["id"], "number": number} for number in range(1, 31)]
    assert [job["batch"] for job in first["items"] + rest["items"]] == places
    assert len(api.get("/v1/jobs", params={"tag": "november", "limit": 100}).json()["items"]) == 31
    outputs = api.get(f"{here}/outputs").json()
    assert [each["number"] for each in outputs["items"]] == list(range(1, 21))
    assert outputs["items"][0]["items"][0]["name"] == "copy-1.txt"


def test_wrong_items_are_named_and_nothing_is_left(
    world: BatchWorld, api: httpx.Client, items: Items
) -> None:
    before = [key for key in world.table.items if key.pk.startswith("JOB#")]
    items[4]["params"] = {"parts": "many"}
    items[7]["params"] = {"nonsense": 1}
    answer = api.post("/v1/batches", json={"task": COPY.name, "items": items})
    assert answer.status_code == 422
    pointers = [each["pointer"] for each in answer.json()["errors"]]
    assert pointers == ["/items/4/params/parts", "/items/7/params/nonsense"]
    assert [key for key in world.table.items if key.pk.startswith("JOB#")] == before


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"task": "nothing"}, 404),
        ({"task": "batch"}, 422),
        ({"items": []}, 422),
        ({"manifest": {"upload_id": new_id(1)}}, 422),
        ({"on_failure": "perhaps"}, 422),
        ({"tags": ["a", "a"]}, 422),
        ({"items": [{}] * 1001}, 422),
        ({"items": [{"input": {"upload_id": new_id(1_800_000_000)}}]}, 404),
        ({"items": [{"input": {"upload_id": "x", "output": "y"}}]}, 422),
        ({"callback_url": "ftp://example.org"}, 422),
    ],
)
def test_what_is_wrong_is_refused(
    api: httpx.Client, items: Items, change: dict[str, Any], status: int
) -> None:
    answer = api.post("/v1/batches", json={"task": COPY.name, "items": items} | change)
    assert answer.status_code == status, answer.text


def test_a_manifest_is_an_upload(world: BatchWorld, api: httpx.Client, items: Items) -> None:
    upload = api.post("/v1/uploads", json={"task": "batch"}).json()["upload_id"]
    lines = "".join(json.dumps(each) + "\n" for each in items)
    world.objects.put(upload_key("me", upload), lines.encode(), "application/x-ndjson")
    answer = api.post("/v1/batches", json={"task": COPY.name, "manifest": {"upload_id": upload}})
    assert answer.status_code == 202, answer.text
    finish(world, answer.json()["id"])
    assert api.get(answer.headers["Location"]).json()["jobs"]["done"] == 30


def test_a_repeated_key_returns_the_same_batch(api: httpx.Client, items: Items) -> None:
    body, key = {"task": COPY.name, "items": items}, {"Idempotency-Key": "november"}
    first, second = (api.post("/v1/batches", json=body, headers=key).json() for _ in range(2))
    assert first["id"] == second["id"]


def test_a_batch_is_canceled_and_retried_as_a_job(world: BatchWorld, api: httpx.Client, items: Items) -> None:
    batch = api.post("/v1/batches", json={"task": COPY.name, "items": items}).json()["id"]
    world.make_once()
    assert api.delete(f"/v1/jobs/{batch}").status_code == 200
    finish(world, batch)
    shown = api.get(f"/v1/batches/{batch}").json()
    assert (shown["status"], shown["jobs"]["canceled"]) == ("CANCELED", 30)
    assert api.post(f"/v1/jobs/{batch}/retry").status_code == 202
    finish(world, batch)
    assert api.get(f"/v1/batches/{batch}").json()["jobs"]["done"] == 30


def test_a_job_that_is_no_batch_is_not_found_as_one(world: BatchWorld, api: httpx.Client) -> None:
    assert api.get(f"/v1/jobs/{world.source.id}").status_code == 200
    assert api.get(f"/v1/batches/{world.source.id}").status_code == 404


def test_a_wait_ends_with_the_batch_or_at_its_time(
    world: BatchWorld, api: httpx.Client, items: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = api.post("/v1/batches", json={"task": COPY.name, "items": items}).json()["id"]
    began = world.clock.now()
    answer = api.get(f"/v1/batches/{batch}", headers={"Prefer": "wait=20"})
    assert (answer.json()["phase"], answer.headers["Preference-Applied"]) == ("queued", "wait=20")
    assert world.clock.now() == began + 20
    answer = api.get(f"/v1/batches/{batch}", headers={"Prefer": "wait=1, handling=strict"})
    assert answer.status_code == 504
    assert answer.json()["detail"] == f"The batch {batch} had not ended after 1 s. It continues."
    sleep = world.clock.sleep

    def sleep_until_all_ends(_: float) -> None:
        monkeypatch.setattr(world.clock, "sleep", sleep)
        finish(world, batch)

    monkeypatch.setattr(world.clock, "sleep", sleep_until_all_ends)
    answer = api.get(f"/v1/batches/{batch}", headers={"Prefer": "wait=20, handling=strict"})
    assert (answer.status_code, answer.json()["status"]) == (200, "DONE")


def test_a_tenant_with_too_many_waits_has_no_wait_for_a_batch(world: BatchWorld, items: Items) -> None:
    api = InProcessApi(world.system, waits_per_tenant=1)
    client = api.client(api.key("me"))
    batch = client.post("/v1/batches", json={"task": COPY.name, "items": items}).json()["id"]
    began = world.clock.now()
    with reserve_wait(world.system, "me", 20, 1):
        answer = client.get(f"/v1/batches/{batch}", headers={"Prefer": "wait=20"})
    assert (answer.headers["Preference-Applied"], world.clock.now()) == ("wait=0", began)


def test_a_batch_is_refused_while_the_queue_of_batches_is_full(world: BatchWorld, items: Items) -> None:
    api = InProcessApi(world.system, queue_limits={BATCHES: 1})
    client = api.client(api.key("me"))
    body = {"task": COPY.name, "items": items}
    assert client.post("/v1/batches", json=body).status_code == 202
    refused = client.post("/v1/batches", json=body)
    assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
