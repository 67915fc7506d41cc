"""Lists and their cursors, queues, dead letters, and what has expired."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from api.http import cursor as cursors
from heavylift.jobs.ids import new_id
from heavylift.service.listing import MAX_INDEX_PAGES, PAGE_SIZE
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from tests.support.in_process_api import ApiWorld
from tests.support.world import COPY, QUEUE, TEXT, CopyTask


class OpenApiWorld(ApiWorld):
    """An API without keys, and a client of it."""

    def __init__(self, task: CopyTask | None = None) -> None:
        super().__init__(task, require_api_key=False)
        self.client = self.api.client()

    def submit_jobs(self, count: int) -> list[str]:
        """Submit `count` jobs, a second apart. Returns their ids, newest first."""
        ids = []
        for _ in range(count):
            ids.append(self.submit_over(self.client).json()["id"])
            self.clock.sleep(1)
        return ids[::-1]

    def list_ids(self, path: str, **query: Any) -> tuple[list[str], int]:
        """Return the ids of every page of a list, and the number of pages."""
        found, pages, cursor = [], 0, None
        while pages == 0 or cursor:
            page = self.client.get(path, params=query | ({"cursor": cursor} if cursor else {})).json()
            found += [job["id"] for job in page["items"]]
            cursor, pages = page["next"], pages + 1
        return found, pages


def fail(number: int) -> None:
    raise RuntimeError("out of luck")


def test_jobs_come_newest_first_page_by_page() -> None:
    world = OpenApiWorld()
    expected = world.submit_jobs(7)
    assert world.list_ids("/v1/jobs", limit=3) == (expected, 3)
    assert world.list_ids("/v1/jobs") == (expected, 1)


def test_jobs_of_a_status_or_task() -> None:
    world = OpenApiWorld()
    jobs = world.submit_jobs(5)
    for job in jobs[1:4]:
        world.client.delete(f"/v1/jobs/{job}")
    assert world.list_ids("/v1/jobs", status="CANCELED", limit=2)[0] == jobs[1:4]
    assert world.list_ids("/v1/jobs", status="PROCESSING", task=COPY.name)[0] == [jobs[0], jobs[4]]
    assert world.list_ids("/v1/jobs", task="message")[0] == []


def test_a_rare_status_among_many_jobs_is_found_over_several_pages() -> None:
    world = OpenApiWorld()
    oldest = world.submit_over(world.client).json()["id"]
    world.client.delete(f"/v1/jobs/{oldest}")
    for _ in range(PAGE_SIZE * MAX_INDEX_PAGES + 1):
        world.clock.sleep(0.001)
        submit(world.system, Submission("default", COPY.name, {}, TEXT))
    found, pages = world.list_ids("/v1/jobs", status="CANCELED")
    assert (found, pages) == ([oldest], 2)


LISTS = {
    "/v1/jobs": "TENANT#default",
    "/v1/dead-letters": "DEAD#default",
    "/v1/jobs/{}/outputs": "OUTPUTS#{}",
}


@pytest.mark.parametrize("cursor", ["x", "é", "%00", "", "AAAA", "bnVsbA", "W10"])
@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_that_is_none_is_refused(path: str, cursor: str) -> None:
    world = OpenApiWorld()
    assert_refused(world, path.format(world.submit_jobs(1)[0]), cursor)


@pytest.mark.parametrize(
    "values",
    [
        [],
        ["x", "x"],
        [new_id(1), None],
        [new_id(1), new_id(2)],
        [{}, None],
        [new_id(1), 1e300],
        [new_id(1), float("inf")],
        [new_id(1), float("nan")],
        [new_id(1), True],
        [-1],
        [True],
        [10**30],
        [1],
    ],
    ids=range(13),  # some hold ids, which differ from process to process
)
@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_of_values_that_no_list_has_is_refused(path: str, values: list[Any]) -> None:
    world = OpenApiWorld()
    job = world.submit_jobs(1)[0]
    assert_refused(world, path.format(job), cursors.encode(values, LISTS[path].format(job)))


def assert_refused(world: OpenApiWorld, path: str, cursor: str) -> None:
    answer = world.client.get(path, params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/query/cursor"


def test_a_cursor_of_another_jobs_outputs_is_refused() -> None:
    world = OpenApiWorld()
    form = {"task": COPY.name, "params": '{"parts": 3}'}
    first, second = (world.submit_over(world.client, data=form).json()["links"]["outputs"] for _ in range(2))
    world.work()
    cursor = world.client.get(first, params={"limit": 1}).json()["next"]
    assert world.client.get(first, params={"cursor": cursor}).json()["items"][0]["name"] == "copy-2.txt"
    assert_refused(world, second, cursor)


def test_a_bad_cursor_in_a_body_is_named_where_it_is() -> None:
    answer = OpenApiWorld().client.post("/v1/dead-letters/redrive", json={"task": COPY.name, "cursor": "x"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/cursor")


def test_outputs_come_in_pages() -> None:
    world = OpenApiWorld()
    job = world.submit_over(world.client, data={"task": COPY.name, "params": '{"parts": 5}'}).json()
    world.work()
    names, cursor = [], None
    for expected_left in (3, 1, 0):
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = world.client.get(job["links"]["outputs"], params=query).json()
        names += [output["name"] for output in page["items"]]
        cursor = page["next"]
        assert (page["count"], len(names), cursor is None) == (5, 5 - expected_left, expected_left == 0)
    assert names == [f"copy-{number}.txt" for number in range(1, 6)]


def test_a_queue_shows_its_numbers_and_the_jobs_in_it() -> None:
    world = OpenApiWorld()
    jobs = world.submit_jobs(3)
    world.queue.receive(QUEUE)
    [queue] = [q for q in world.client.get("/v1/queues").json()["items"] if q["name"] == QUEUE]
    assert (queue["visible"], queue["in_flight"], queue["limit"]) == (2, 1, None)
    shown = world.client.get(f"/v1/queues/{QUEUE}", params={"limit": 2}).json()
    assert shown["open"] == 3
    assert [job["id"] for job in shown["jobs"]] == jobs[:2]
    assert world.client.get("/v1/queues/none").status_code == 404


def test_dead_letters_are_listed_counted_and_redriven() -> None:
    world = OpenApiWorld(CopyTask(fail))
    jobs = world.submit_jobs(5)
    world.work()
    found, pages = world.list_ids("/v1/dead-letters", limit=2)
    assert (sorted(found), pages) == (sorted(jobs), 3)
    assert world.client.get(f"/v1/queues/{QUEUE}").json()["dead_letters"] == 5
    letter = world.client.get("/v1/dead-letters", params={"queue": QUEUE}).json()["items"][0]
    assert letter["status"] == "FAILED"
    assert [each["attempt"] for each in letter["attempts"]] == [1, 2, 3]

    chosen = world.client.post("/v1/dead-letters/redrive", json={"job_ids": [jobs[0], new_id(1)]}).json()
    assert [job["id"] for job in chosen["jobs"]] == [jobs[0]]
    assert [refused["type"] for refused in chosen["refused"]] == ["/problems/gone"]

    redriven, cursor = [], None
    while True:
        body = {"queue": QUEUE, "limit": 3} | ({"cursor": cursor} if cursor else {})
        done = world.client.post("/v1/dead-letters/redrive", json=body).json()
        redriven += [job["id"] for job in done["jobs"]]
        cursor = done["next"]
        if cursor is None:
            break
    assert sorted(redriven) == sorted(jobs[1:])
    assert world.list_ids("/v1/dead-letters")[0] == []
    world.task.before = lambda number: None
    world.work()
    assert {world.client.get(f"/v1/jobs/{job}").json()["status"] for job in jobs} == {"DONE"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"job_ids": []},
        {"job_ids": ["x"], "queue": "pages"},
        {"job_ids": ["x"] * 101},
        {"job_ids": ["x"], "cursor": "x"},
        {"all": 1},
    ],
)
def test_a_redrive_without_a_clear_selection_is_refused(body: dict[str, Any]) -> None:
    assert OpenApiWorld().client.post("/v1/dead-letters/redrive", json=body).status_code == 422


@pytest.mark.parametrize(
    "body", [{"queue": "pagse"}, {"task": "cpoy"}, {"queue": "pagse", "task": COPY.name}]
)
def test_a_redrive_of_an_unknown_queue_or_task_is_refused(body: dict[str, Any]) -> None:
    assert OpenApiWorld().client.post("/v1/dead-letters/redrive", json=body).status_code == 404


def test_another_tenants_dead_letter_stays_where_it_is() -> None:
    world = OpenApiWorld(CopyTask(fail))
    [job] = world.submit_jobs(1)
    world.work()
    other = world.api.client(world.api.key("other"))
    answer = other.post("/v1/dead-letters/redrive", json={"job_ids": [job]}).json()
    assert (answer["jobs"], answer["refused"][0]["type"]) == ([], "/problems/not-found")
    assert world.client.get(f"/v1/jobs/{job}").json()["status"] == "FAILED"


def test_an_expired_job_is_gone_whether_or_not_its_record_is() -> None:
    world = OpenApiWorld()
    [job] = world.submit_jobs(1)
    world.work()
    world.clock.sleep(26 * 3600)
    for _ in range(2):
        for path in (f"/v1/jobs/{job}", f"/v1/jobs/{job}/outputs", f"/v1/jobs/{job}/outputs/copy-1.txt"):
            assert world.client.get(path).status_code == 410
        assert world.client.delete(f"/v1/jobs/{job}").status_code == 410
        assert world.client.post(f"/v1/jobs/{job}/retry").status_code == 410
        assert world.list_ids("/v1/jobs")[0] == []
        world.table.items.clear()
    assert world.client.get(f"/v1/jobs/{new_id(world.clock.now())}").status_code == 404


def test_the_url_of_an_output_ends_with_its_job() -> None:
    world = OpenApiWorld()
    [job] = world.submit_jobs(1)
    world.work()
    ends_at = datetime.fromisoformat(world.client.get(f"/v1/jobs/{job}").json()["expires_at"]).timestamp()
    world.clock.sleep(ends_at - 600 - world.clock.now())
    [output] = world.client.get(f"/v1/jobs/{job}/outputs").json()["items"]
    assert "expires=600" in output["url"]


def test_jobs_that_are_named_come_in_that_order_and_no_others() -> None:
    world = OpenApiWorld()
    mine = world.submit_jobs(3)
    theirs = submit(world.system, Submission("you", COPY.name, {}, TEXT)).id
    world.client.delete(f"/v1/jobs/{mine[1]}")
    world.client.post(f"/v1/jobs/{mine[1]}/delete")
    asked = [mine[2], theirs, mine[1], new_id(1), "nonsense", mine[0], mine[2]]
    page = world.client.get("/v1/jobs", params={"id": asked}).json()
    assert [job["id"] for job in page["items"]] == [mine[2], mine[0]]
    assert page["next"] is None
    assert world.client.get("/v1/jobs", params={"id": [new_id(1)]}).json()["items"] == []
    for wrong in ({"id": mine * 34}, {"id": mine, "status": "DONE"}, {"id": mine, "cursor": "x"}):
        assert world.client.get("/v1/jobs", params=wrong).status_code == 422


def test_an_upload_lives_as_long_as_a_job() -> None:
    world = OpenApiWorld()
    upload = world.client.post("/v1/uploads", json={"task": COPY.name}).json()["upload_id"]
    world.objects.put(f"uploads/default/{upload}", TEXT, "text/plain")
    job = {"task": COPY.name, "input": {"upload_id": upload}}
    world.clock.sleep(24 * 3600 - 60)
    assert world.client.post("/v1/jobs", json=job).status_code == 202
    world.clock.sleep(120)
    assert world.client.post("/v1/jobs", json=job).status_code == 410


def test_a_done_job_is_neither_canceled_nor_retried() -> None:
    world = OpenApiWorld()
    [job] = world.submit_jobs(1)
    assert world.client.post(f"/v1/jobs/{job}/retry").status_code == 409
    world.work()
    assert world.client.delete(f"/v1/jobs/{job}").status_code == 409
    assert world.client.post(f"/v1/jobs/{job}/retry").status_code == 409


def test_an_upload_and_a_url_tell_the_end_of_the_signers_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    world = OpenApiWorld()
    ends_at = world.clock.now() + 720
    monkeypatch.setattr(world.objects, "signed_until", lambda wanted: min(wanted, ends_at))
    upload = world.client.post("/v1/uploads", json={"task": COPY.name}).json()
    assert datetime.fromisoformat(upload["expires_at"]).timestamp() == int(ends_at)
    assert upload["fields"]["expires"] == "720"
    [job] = world.submit_jobs(1)
    world.work()
    world.clock.sleep(100)
    left = int(ends_at - world.clock.now())
    [output] = world.client.get(f"/v1/jobs/{job}/outputs").json()["items"]
    assert f"expires={left}" in output["url"]
