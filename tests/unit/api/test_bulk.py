"""Acts on many jobs and counts of jobs over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from heavylift.job_store.load import load_job
from heavylift.ports.table import Key
from heavylift.service import counts
from heavylift.service.labels import Labels
from tests.unit.api.test_lists import OpenApiWorld
from tests.unit.api.test_search import LabelledWorld


def count(world: OpenApiWorld, **query: Any) -> dict[str, int]:
    """Return the counts over all calls, without those that are 0."""
    total: dict[str, int] = {}
    cursor = None
    while True:
        answer = world.client.get("/v1/jobs/counts", params=query | ({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page["total"] == sum(page["counts"].values())
        assert page["at_least"] == (page["next"] is not None)
        for status, number in page["counts"].items():
            total[status] = total.get(status, 0) + number
        cursor = page["next"]
        if cursor is None:
            return {status: number for status, number in total.items() if number}


def labelled_jobs() -> LabelledWorld:
    """Two DONE jobs, a CANCELED one and two that are PROCESSING."""
    world = LabelledWorld(Labels("first", tags=("a",)), Labels(tags=("a",), reference="r"))
    world.work()
    for labels in (Labels(), Labels(tags=("a",)), Labels("last", reference="r")):
        posted = {"name": labels.name, "reference": labels.reference, "tags": list(labels.tags)}
        form = {name: value for name, value in posted.items() if value}
        world.ids.append(world.submit_over(world.client, data={"task": "copy", **form}).json()["id"])
        world.clock.sleep(1)
    assert world.client.delete(f"/v1/jobs/{world.ids[2]}").status_code == 200
    return world


def test_jobs_are_counted_by_status_with_every_filter() -> None:
    world = labelled_jobs()
    assert count(world) == {"DONE": 2, "CANCELED": 1, "PROCESSING": 2}
    assert count(world, tag="a") == {"DONE": 2, "PROCESSING": 1}
    assert count(world, reference="r") == {"DONE": 1, "PROCESSING": 1}
    assert count(world, tag="a", reference="r") == {"DONE": 1}
    assert count(world, name="FIRST") == {"DONE": 1}
    assert count(world, task="copy") == count(world)
    assert count(world, task="message") == {}
    assert count(world, before=world.time_of(1)) == {"DONE": 1}
    world.client.post(f"/v1/jobs/{world.ids[0]}/delete")
    assert count(world) == {"DONE": 1, "CANCELED": 1, "PROCESSING": 2}
    world.clock.sleep(48 * 3600)
    assert count(world) == {}


@pytest.mark.parametrize("query", [{}, {"tag": "a"}])
def test_a_count_has_a_bound_and_goes_on_behind_it(
    monkeypatch: pytest.MonkeyPatch, query: dict[str, str]
) -> None:
    world = LabelledWorld(*[Labels(tags=("a",))] * 7)
    monkeypatch.setattr(counts, "MAX_COUNTED", 3)
    monkeypatch.setattr(counts, "PAGE_SIZE", 1)
    monkeypatch.setattr(counts, "MAX_INDEX_PAGES", 3)
    page = world.client.get("/v1/jobs/counts", params=query).json()
    assert (page["total"], page["at_least"]) == (3, True)
    assert count(world, **query) == {"PROCESSING": 7}


def test_a_count_ends_after_some_pages_of_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    world = LabelledWorld(*[Labels()] * 5)
    monkeypatch.setattr(counts, "MAX_PAGES", 1)
    query, sizes = world.table.query, []

    def small_pages(*args: Any, **options: Any) -> Any:
        sizes.append(options["limit"])
        return query(*args, **options | {"limit": 2})

    monkeypatch.setattr(world.table, "query", small_pages)
    page = world.client.get("/v1/jobs/counts").json()
    assert (page["total"], page["at_least"], len(sizes)) == (2, True, 1)
    assert count(world) == {"PROCESSING": 5}


def test_many_jobs_are_canceled_retried_and_deleted_by_a_filter() -> None:
    world = labelled_jobs()
    assert act(world, "cancel", {"tag": "a"})["job_ids"] == [world.ids[3]]
    assert act(world, "retry", {"status": "CANCELED", "since": world.time_of(0)})["job_ids"] == [
        world.ids[3],
        world.ids[2],
    ]
    assert act(world, "delete", {"tag": "a", "before": world.time_of(1)})["job_ids"] == [world.ids[0]]
    assert act(world, "delete", {"name": "last"}) == {"job_ids": [], "refused": [], "next": None}
    assert count(world) == {"DONE": 1, "PROCESSING": 3}


def act(world: OpenApiWorld, verb: str, wanted: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = world.client.post(f"/v1/jobs/{verb}", json={"filter": wanted, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_long_act_goes_on_by_its_cursor() -> None:
    world = OpenApiWorld()
    ids = world.submit_jobs(5)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = act(world, "cancel", {"task": "copy"}, limit=2, **cursor)
        seen += page["job_ids"]
        cursor = {"cursor": page["next"]}
    assert seen == ids
    assert page["next"] is None


def test_a_full_queue_refuses_the_rest_of_a_retry() -> None:
    world = OpenApiWorld()
    ids = world.submit_jobs(3)
    act(world, "cancel", {"task": "copy"})
    world.work()
    limiter = world.api.settings.model_copy(update={"queue_limit": 2})
    client = type(world.api)(world.system, **limiter.model_dump()).client()
    page = client.post("/v1/jobs/retry", json={"job_ids": ids}).json()
    assert page["job_ids"] == ids[:2]
    assert [each["type"] for each in page["refused"]] == ["/problems/queue-full"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"filter": {}}, "/filter"),
        ({"filter": None}, "/filter"),
        ({"filter": {"tag": None}}, "/filter/tag"),
        ({"filter": {"tag": "a"}, "job_ids": ["x"]}, ""),
        ({"job_ids": []}, "/job_ids"),
        ({"job_ids": ["x"] * 101}, "/job_ids"),
        ({"job_ids": ["x"], "cursor": "x"}, "/cursor"),
        ({"filter": {"tag": "a"}, "cursor": "x"}, "/cursor"),
        ({"filter": {"status": "DONE"}}, "/filter/status"),
        ({"filter": {"since": 5}}, "/filter/since"),
        ({"filter": {"since": []}}, "/filter/since"),
        ({"filter": {"since": "2026-01-02", "before": "2026-01-01"}}, "/filter/since"),
        ({"filter": {"tag": "a", "order": "newest"}}, "/filter/order"),
    ],
)
def test_a_wrong_body_is_refused_with_its_place(body: dict[str, Any], pointer: str) -> None:
    answer = OpenApiWorld().client.post("/v1/jobs/cancel", json=body)
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_a_cursor_of_other_ids_is_refused() -> None:
    world = OpenApiWorld()
    ids = world.submit_jobs(2)
    world.clock.sleep(1)
    page = act(world, "cancel", {"task": "copy"}, limit=1)
    answer = world.client.post("/v1/jobs/cancel", json={"job_ids": ids, "cursor": page["next"]})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("name", "allowed"), [("cancel", "POST"), ("retry", "POST"), ("delete", "POST"), ("counts", "GET, HEAD")]
)
def test_no_job_has_the_id_of_these_paths(name: str, allowed: str) -> None:
    world = OpenApiWorld()
    for method in {"GET", "POST", "DELETE", "PUT"} - set(allowed.split(", ")):
        answer = world.client.request(method, f"/v1/jobs/{name}")
        assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize("word", ["cancel", "retry", "delete"])
def test_what_is_not_an_id_is_never_read_from_the_table(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator answers a key with a line break by an error; DynamoDB one that is too long."""
    world = OpenApiWorld()

    def refuse(key: Key, *_: Any, **__: Any) -> None:
        assert not key.pk.startswith("JOB#"), key

    monkeypatch.setattr(world.table, "get", refuse)
    answer = world.client.post(f"/v1/jobs/{word}", json={"job_ids": ["x" * 64, "zN\n\f"]})
    assert [each["detail"][-16:] for each in answer.json()["refused"]] == ["is not a job id."] * 2


def test_a_form_and_json_take_the_times_of_a_job() -> None:
    world = OpenApiWorld()
    form = {"data": {"task": "copy", "deadline_s": "90", "expire_in": "600"}}
    made = world.submit_over(world.client, **form).json()
    job = load_job(world.table, made["id"])
    assert job
    assert (job.deadline_s, job.expire_in) == (90, 600)
    answer = world.submit_over(world.client, data={"task": "copy", "deadline_s": "soon"})
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/deadline_s"]
    body = {"task": "cite", "deadline_s": 10**6, "params": {}}
    answer = world.client.post("/v1/jobs", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {
            "pointer": "/deadline_s",
            "detail": "It must be 1 to 3600 seconds: a cite job has at most that long.",
        }
    ]
