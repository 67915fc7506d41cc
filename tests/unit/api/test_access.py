"""Every route of the API with every kind of key. A new route needs a row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from api.web.bundle import load_site
from batches.task import BatchTask
from heavylift.adapters.memory.clock import ManualClock
from heavylift.api_keys import Scope
from heavylift.jobs.ids import new_id
from heavylift.ports.queue import Message
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.service.uploads import begin_upload
from heavylift.tasks.registry import TASKS
from heavylift.worker.runner import Runner
from tests.support.in_process_api import ApiWorld
from tests.support.model_tasks import MAKE, USE, MakeModel
from tests.support.world import CITE, COPY, TEXT

UPLOAD, PARTED = new_id(ManualClock().now()), new_id(ManualClock().now())


class SeededWorld(ApiWorld):
    """The tenant `me` with a done job, a queued job, a canceled job, two uploads and a kept model."""

    def __init__(self) -> None:
        super().__init__()
        self.done = self.submit().id
        self.work()
        self.queued = self.submit().id
        self.canceled = self.submit().id
        me = self.api.client(self.api.key("me"))
        assert me.delete(f"/v1/jobs/{self.canceled}").status_code == 200
        self.objects.put(f"uploads/me/{UPLOAD}", TEXT, "text/plain")
        parted = begin_upload(self.system, "me", PARTED, len(TEXT), "text/plain")
        self.objects.receive_part(f"uploads/me/{PARTED}", parted.store_id, 1, TEXT)
        self.made = make_model(self)
        TASKS.setdefault(BatchTask.spec.name, BatchTask.spec)
        self.batch = me.post("/v1/batches", json=_with_items({"upload_id": UPLOAD})).json()["id"]
        wanted = {"name": "nightly", "rate": "1 day", "task": CITE.name}
        assert me.post("/v1/schedules", json=wanted).status_code == 201


def _with_items(*inputs: dict[str, str]) -> dict[str, Any]:
    return {"task": COPY.name, "items": [{"input": each} for each in inputs]}


def make_model(world: ApiWorld) -> str:
    """Keep `churn@1` for the tenant `me`, and return the id of its job."""
    for spec in (MAKE, USE):
        TASKS.setdefault(spec.name, spec)
    job = submit(world.system, Submission("me", MAKE.name, {"keep": "churn"}, TEXT + b"one"))
    Runner(world.system, {MAKE.name: MakeModel()}).run(Message(job.id), "receipt", world.invocation())
    return job.id


@dataclass(frozen=True)
class Row:
    """A route: its scope, the status for its owner and for another tenant, and the request."""

    scope: Scope | None
    owner: int
    other: int
    path: Callable[[SeededWorld], str] = field(default=lambda world: "")
    json: Callable[[SeededWorld], Any] = field(default=lambda world: None)


def _with_input(reference: Callable[[SeededWorld], Any]) -> Callable[[SeededWorld], Any]:
    return lambda world: {"task": COPY.name, "input": reference(world)}


def _scheduled(reference: Callable[[SeededWorld], Any]) -> Callable[[SeededWorld], Any]:
    wanted = {"name": "weekly", "cron": "0 3 * * 1", "task": COPY.name}
    return lambda world: {**wanted, "input": reference(world)}


PUBLIC, JOBS, OPERATE = None, Scope.JOBS, Scope.OPERATE
ROWS: dict[tuple[str, str], list[Row]] = {
    ("POST", "/v1/jobs"): [
        Row(JOBS, 202, 404, json=_with_input(lambda world: {"upload_id": UPLOAD})),
        Row(JOBS, 202, 404, json=_with_input(lambda world: {"job_id": world.done, "output": "copy-1.txt"})),
        Row(JOBS, 202, 404, json=lambda world: {"task": CITE.name, "params": {"source": world.done}}),
        Row(JOBS, 202, 404, json=lambda world: {"task": USE.name, "params": {"model": "churn"}}),
    ],
    ("GET", "/v1/jobs"): [Row(JOBS, 200, 200)],
    ("POST", "/v1/batches"): [
        Row(JOBS, 202, 404, json=lambda world: _with_items({"upload_id": UPLOAD})),
        Row(JOBS, 202, 404, json=lambda world: _with_items({"job_id": world.done, "output": "copy-1.txt"})),
    ],
    ("GET", "/v1/batches/{batch_id}"): [Row(JOBS, 200, 404, lambda world: f"/v1/batches/{world.batch}")],
    ("GET", "/v1/batches/{batch_id}/jobs"): [
        Row(JOBS, 200, 404, lambda world: f"/v1/batches/{world.batch}/jobs")
    ],
    ("GET", "/v1/batches/{batch_id}/outputs"): [
        Row(JOBS, 200, 404, lambda world: f"/v1/batches/{world.batch}/outputs")
    ],
    ("GET", "/v1/jobs/counts"): [Row(JOBS, 200, 200)],
    ("POST", "/v1/jobs/cancel"): [
        Row(JOBS, 200, 200, json=lambda world: {"job_ids": [world.queued]}),
        Row(JOBS, 200, 200, json=lambda world: {"filter": {"status": "PROCESSING"}}),
    ],
    ("POST", "/v1/jobs/retry"): [Row(JOBS, 200, 200, json=lambda world: {"job_ids": [world.canceled]})],
    ("POST", "/v1/jobs/delete"): [Row(JOBS, 200, 200, json=lambda world: {"job_ids": [world.done]})],
    ("GET", "/v1/jobs/{job_id}"): [Row(JOBS, 200, 404, lambda world: f"/v1/jobs/{world.done}")],
    ("DELETE", "/v1/jobs/{job_id}"): [Row(JOBS, 200, 404, lambda world: f"/v1/jobs/{world.queued}")],
    ("POST", "/v1/jobs/{job_id}/retry"): [
        Row(JOBS, 202, 404, lambda world: f"/v1/jobs/{world.canceled}/retry")
    ],
    ("POST", "/v1/jobs/{job_id}/delete"): [
        Row(JOBS, 204, 404, lambda world: f"/v1/jobs/{world.canceled}/delete")
    ],
    ("GET", "/v1/jobs/{job_id}/events"): [Row(JOBS, 200, 404, lambda world: f"/v1/jobs/{world.done}/events")],
    ("GET", "/v1/jobs/{job_id}/outputs"): [
        Row(JOBS, 200, 404, lambda world: f"/v1/jobs/{world.done}/outputs")
    ],
    ("GET", "/v1/jobs/{job_id}/outputs/{name}"): [
        Row(JOBS, 307, 404, lambda world: f"/v1/jobs/{world.done}/outputs/copy-1.txt")
    ],
    ("GET", "/v1/jobs/{job_id}/outputs.zip"): [
        Row(JOBS, 202, 404, lambda world: f"/v1/jobs/{world.done}/outputs.zip")
    ],
    ("GET", "/v1/models"): [Row(JOBS, 200, 200)],
    ("GET", "/v1/models/{name}"): [Row(JOBS, 200, 404, lambda world: "/v1/models/churn")],
    ("GET", "/v1/models/{name}/versions/{version}"): [
        Row(JOBS, 200, 404, lambda world: "/v1/models/churn/versions/1")
    ],
    ("POST", "/v1/models/{name}/versions"): [
        Row(JOBS, 200, 404, lambda world: "/v1/models/churn/versions", lambda world: {"job_id": world.made})
    ],
    ("DELETE", "/v1/models/{name}/versions/{version}"): [
        Row(JOBS, 204, 404, lambda world: "/v1/models/churn/versions/1")
    ],
    ("GET", "/v1/schedules"): [Row(JOBS, 200, 200)],
    ("POST", "/v1/schedules"): [
        Row(JOBS, 201, 404, json=_scheduled(lambda world: {"upload_id": UPLOAD})),
        Row(JOBS, 201, 404, json=_scheduled(lambda world: {"job_id": world.done, "output": "copy-1.txt"})),
    ],
    ("GET", "/v1/schedules/{name}"): [Row(JOBS, 200, 404, lambda world: "/v1/schedules/nightly")],
    ("POST", "/v1/schedules/{name}/pause"): [
        Row(JOBS, 200, 404, lambda world: "/v1/schedules/nightly/pause")
    ],
    ("POST", "/v1/schedules/{name}/resume"): [
        Row(JOBS, 200, 404, lambda world: "/v1/schedules/nightly/resume")
    ],
    ("DELETE", "/v1/schedules/{name}"): [Row(JOBS, 204, 404, lambda world: "/v1/schedules/nightly")],
    ("POST", "/v1/uploads"): [Row(JOBS, 201, 201, json=lambda world: {"task": COPY.name})],
    ("DELETE", "/v1/uploads/{upload_id}"): [Row(JOBS, 204, 404, lambda world: f"/v1/uploads/{UPLOAD}")],
    ("GET", "/v1/uploads/{upload_id}/parts"): [
        Row(JOBS, 200, 404, lambda world: f"/v1/uploads/{PARTED}/parts")
    ],
    ("POST", "/v1/uploads/{upload_id}/complete"): [
        Row(JOBS, 200, 404, lambda world: f"/v1/uploads/{PARTED}/complete")
    ],
    ("GET", "/v1/queues"): [Row(OPERATE, 200, 200)],
    ("GET", "/v1/queues/{name}"): [Row(OPERATE, 200, 200, lambda world: "/v1/queues/tests")],
    ("POST", "/v1/queues/{name}/pause"): [Row(OPERATE, 200, 200, lambda world: "/v1/queues/tests/pause")],
    ("POST", "/v1/queues/{name}/resume"): [Row(OPERATE, 200, 200, lambda world: "/v1/queues/tests/resume")],
    ("GET", "/v1/dead-letters"): [Row(OPERATE, 200, 200)],
    ("POST", "/v1/dead-letters/redrive"): [
        Row(OPERATE, 200, 200, json=lambda world: {"job_ids": [world.done]})
    ],
    ("GET", "/v1/tasks"): [Row(PUBLIC, 200, 200)],
    ("GET", "/healthz"): [Row(PUBLIC, 200, 200)],
    ("GET", "/docs"): [Row(PUBLIC, 200, 200)],
    ("GET", "/docs/{name}"): [Row(PUBLIC, 200, 200, lambda world: "/docs/start.js")],
    ("GET", "/openapi.json"): [Row(PUBLIC, 200, 200)],
    ("GET", "/"): [Row(PUBLIC, 200, 200)],
    ("GET", "/assets/{digest}/{name}"): [
        Row(PUBLIC, 200, 200, lambda world: f"/assets/{load_site('').digest}/app.js")
    ],
}
CASES = [
    pytest.param(method, path, row, id=f"{method} {path} {number}")
    for (method, path), rows in ROWS.items()
    for number, row in enumerate(rows)
]


def test_every_route_has_a_row() -> None:
    app = ApiWorld().api.app
    routes = {
        (method, str(route.path))
        for route in iter_route_contexts(app.routes)
        for method in (route.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == set(ROWS)


def send(client: httpx.Client, method: str, path: str, row: Row, world: SeededWorld) -> httpx.Response:
    return client.request(method, row.path(world) or path, json=row.json(world))


@pytest.mark.parametrize(("method", "path", "row"), CASES)
def test_each_route_against_each_kind_of_key(method: str, path: str, row: Row) -> None:
    world = SeededWorld()
    keys = {
        "none": (None, 401),
        "bad": ("hl_" + "x" * 43, 401),
        "not even a key": ("clé", 401),
        "revoked": (world.api.make_revoked_key("me"), 401),
        "without the scope": (world.api.key("me", set(Scope) - {row.scope}), 403),
        "another tenant's": (world.api.key("you"), row.other),
        "the owner's": (world.api.key("me", {row.scope} if row.scope else set()), row.owner),
    }
    for kind, (key, status) in keys.items():
        answer = send(world.api.client(key), method, path, row, world)
        expected = row.owner if row.scope is None else status
        assert answer.status_code == expected, (kind, answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json", kind
        if answer.status_code == 401:
            assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_refusal_names_the_scope_that_is_missing() -> None:
    world = ApiWorld()
    response = world.api.client(world.api.key("me", {Scope.JOBS})).get("/v1/queues")
    assert response.status_code == 403
    assert response.json()["detail"] == "This needs a key with the scope operate."


def test_a_list_shows_its_owners_jobs_only() -> None:
    world = SeededWorld()
    me, you = (world.api.client(world.api.key(tenant)) for tenant in ("me", "you"))
    assert len(me.get("/v1/jobs").json()["items"]) == 5
    assert you.get("/v1/jobs").json() == {"items": [], "next": None}
    assert [model["name"] for model in me.get("/v1/models").json()["items"]] == ["churn"]
    assert you.get("/v1/models").json() == {"items": []}
    assert [job["id"] for job in me.get("/v1/queues/tests").json()["jobs"]] == [world.queued]
    assert you.get("/v1/queues/tests").json()["jobs"] == []


@pytest.mark.parametrize("act", ["cancel", "retry", "delete"])
def test_nobody_acts_on_or_counts_another_tenants_jobs(act: str) -> None:
    world = SeededWorld()
    me, you = (world.api.client(world.api.key(tenant)) for tenant in ("me", "you"))
    before = me.get("/v1/jobs").json()
    ids = [world.done, world.queued, world.canceled]
    answer = you.post(f"/v1/jobs/{act}", json={"job_ids": ids}).json()
    assert answer["job_ids"] == []
    assert {each["id"]: each["detail"] for each in answer["refused"]} == {
        each: f"There is no job {each}." for each in ids
    }
    answer = you.post(f"/v1/jobs/{act}", json={"filter": {"since": "1970-01-01"}}).json()
    assert answer == {"job_ids": [], "refused": [], "next": None}
    assert me.get("/v1/jobs").json() == before
    assert me.get("/v1/jobs/counts").json()["total"] == 5
    assert you.get("/v1/jobs/counts").json()["total"] == 0
    mine = me.post(f"/v1/jobs/{act}", json={"filter": {"since": "1970-01-01"}, "limit": 1}).json()
    if mine["next"]:
        yours = {"filter": {"since": "1970-01-01"}, "cursor": mine["next"]}
        assert you.post(f"/v1/jobs/{act}", json=yours).status_code == 422


def test_a_cursor_does_not_open_another_tenants_list() -> None:
    world = SeededWorld()
    me, you = (world.api.client(world.api.key(tenant)) for tenant in ("me", "you"))
    cursor = me.get("/v1/jobs", params={"limit": 1}).json()["next"]
    assert you.get("/v1/jobs", params={"cursor": cursor}).status_code == 422


def test_another_tenants_idempotency_key_is_another_key() -> None:
    world = SeededWorld()
    ids = set()
    for tenant in ("me", "you"):
        client = world.api.client(world.api.key(tenant))
        ids |= {world.submit_over(client, headers={"Idempotency-Key": "1"}).json()["id"] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize("headers", [{"Authorization": "Bearer {}"}, {"X-Api-Key": "{}"}])
def test_a_key_is_accepted_in_either_header(headers: dict[str, str]) -> None:
    api = ApiWorld().api
    sent = {name: value.format(api.key("me")) for name, value in headers.items()}
    assert api.client().get("/v1/jobs", headers=sent).status_code == 200


def test_an_open_api_has_a_default_tenant_and_still_checks_keys() -> None:
    world = ApiWorld(require_api_key=False)
    api = world.api
    anonymous = api.client()
    job = world.submit_over(anonymous).json()
    assert anonymous.get("/v1/queues").status_code == 200
    assert api.client(api.key("default")).get(job["links"]["self"]).status_code == 200
    assert api.client(api.key("me")).get(job["links"]["self"]).status_code == 404
    assert api.client("no-such-key").get(job["links"]["self"]).status_code == 401
    assert anonymous.get("/v1/jobs", headers={"Authorization": "Basic bWU6bWU="}).status_code == 401


def test_neither_the_table_nor_the_log_holds_a_key(caplog: pytest.LogCaptureFixture) -> None:
    world = ApiWorld()
    key = world.api.key("me")
    world.api.client(key).get("/v1/jobs")
    assert key.removeprefix("hl_") not in str(world.table.items) + caplog.text
