"""Who may call what: every route of the API against every kind of key. A new route needs a row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from api.admission.key_cache import REMEMBERED_S
from api.web.bundle import load_site
from heavylift.adapters.memory.clock import ManualClock
from heavylift.api_keys import Scope, create_key, revoke_key
from heavylift.jobs.ids import new_id
from tests.support.in_process_api import FrontWorld
from tests.support.world import CITE, COPY, TEXT

UPLOAD = new_id(ManualClock().now())


class Scene(FrontWorld):
    """Jobs of the tenant `me`: one that is done, one that is queued, one that was canceled."""

    def __init__(self) -> None:
        super().__init__()
        self.done = self.submit().id
        self.work()
        self.queued = self.submit().id
        self.canceled = self.submit().id
        me = self.front.client(self.front.key("me"))
        assert me.delete(f"/v1/jobs/{self.canceled}").status_code == 200
        self.objects.put(f"uploads/me/{UPLOAD}", TEXT, "text/plain")


@dataclass(frozen=True)
class Row:
    """A route, the scope it needs, what to send, and what its owner and another tenant get."""

    scope: Scope | None
    owner: int
    other: int
    path: Callable[[Scene], str] = field(default=lambda scene: "")
    json: Callable[[Scene], Any] = field(default=lambda scene: None)


def _new(reference: Callable[[Scene], Any]) -> Callable[[Scene], Any]:
    return lambda scene: {"task": COPY.name, "input": reference(scene)}


PUBLIC, JOBS, OPERATE = None, Scope.JOBS, Scope.OPERATE
ROWS: dict[tuple[str, str], list[Row]] = {
    ("POST", "/v1/jobs"): [
        Row(JOBS, 202, 404, json=_new(lambda scene: {"upload_id": UPLOAD})),
        Row(JOBS, 202, 404, json=_new(lambda scene: {"job_id": scene.done, "output": "copy-1.txt"})),
        Row(JOBS, 202, 404, json=lambda scene: {"task": CITE.name, "params": {"source": scene.done}}),
    ],
    ("GET", "/v1/jobs"): [Row(JOBS, 200, 200)],
    ("GET", "/v1/jobs/{job_id}"): [Row(JOBS, 200, 404, lambda scene: f"/v1/jobs/{scene.done}")],
    ("DELETE", "/v1/jobs/{job_id}"): [Row(JOBS, 200, 404, lambda scene: f"/v1/jobs/{scene.queued}")],
    ("POST", "/v1/jobs/{job_id}/retry"): [
        Row(JOBS, 202, 404, lambda scene: f"/v1/jobs/{scene.canceled}/retry")
    ],
    ("GET", "/v1/jobs/{job_id}/outputs"): [
        Row(JOBS, 200, 404, lambda scene: f"/v1/jobs/{scene.done}/outputs")
    ],
    ("GET", "/v1/jobs/{job_id}/outputs/{name}"): [
        Row(JOBS, 307, 404, lambda scene: f"/v1/jobs/{scene.done}/outputs/copy-1.txt")
    ],
    ("POST", "/v1/uploads"): [Row(JOBS, 201, 201, json=lambda scene: {"task": COPY.name})],
    ("GET", "/v1/queues"): [Row(OPERATE, 200, 200)],
    ("GET", "/v1/queues/{name}"): [Row(OPERATE, 200, 200, lambda scene: "/v1/queues/tests")],
    ("GET", "/v1/dead-letters"): [Row(OPERATE, 200, 200)],
    ("POST", "/v1/dead-letters/redrive"): [
        Row(OPERATE, 200, 200, json=lambda scene: {"job_ids": [scene.done]})
    ],
    ("GET", "/v1/tasks"): [Row(PUBLIC, 200, 200)],
    ("GET", "/healthz"): [Row(PUBLIC, 200, 200)],
    ("GET", "/docs"): [Row(PUBLIC, 200, 200)],
    ("GET", "/docs/{name}"): [Row(PUBLIC, 200, 200, lambda scene: "/docs/start.js")],
    ("GET", "/openapi.json"): [Row(PUBLIC, 200, 200)],
    ("GET", "/"): [Row(PUBLIC, 200, 200)],
    ("GET", "/assets/{digest}/{name}"): [
        Row(PUBLIC, 200, 200, lambda scene: f"/assets/{load_site('').digest}/app.js")
    ],
}
CASES = [
    pytest.param(method, path, row, id=f"{method} {path} {number}")
    for (method, path), rows in ROWS.items()
    for number, row in enumerate(rows)
]


def test_every_route_has_a_row() -> None:
    app = FrontWorld().front.app
    routes = {
        (method, str(route.path))
        for route in iter_route_contexts(app.routes)
        for method in (route.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == set(ROWS)


def call(client: httpx.Client, method: str, path: str, row: Row, scene: Scene) -> httpx.Response:
    return client.request(method, row.path(scene) or path, json=row.json(scene))


@pytest.mark.parametrize(("method", "path", "row"), CASES)
def test_each_route_against_each_kind_of_key(method: str, path: str, row: Row) -> None:
    scene = Scene()
    keys = {
        "none": (None, 401),
        "bad": ("hl_" + "x" * 43, 401),
        "not even a key": ("clé", 401),
        "revoked": (scene.front.revoked_key("me"), 401),
        "without the scope": (scene.front.key("me", set(Scope) - {row.scope}), 403),
        "another tenant's": (scene.front.key("you"), row.other),
        "the owner's": (scene.front.key("me", {row.scope} if row.scope else set()), row.owner),
    }
    for kind, (key, status) in keys.items():
        answer = call(scene.front.client(key), method, path, row, scene)
        expected = row.owner if row.scope is None else status
        assert answer.status_code == expected, (kind, answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json", kind
        if answer.status_code == 401:
            assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_list_shows_its_owners_things_only() -> None:
    scene = Scene()
    me, you = (scene.front.client(scene.front.key(tenant)) for tenant in ("me", "you"))
    assert len(me.get("/v1/jobs").json()["items"]) == 3
    assert you.get("/v1/jobs").json() == {"items": [], "next": None}
    assert [job["id"] for job in me.get("/v1/queues/tests").json()["jobs"]] == [scene.queued]
    assert you.get("/v1/queues/tests").json()["jobs"] == []


def test_a_cursor_opens_nobody_elses_list() -> None:
    scene = Scene()
    me, you = (scene.front.client(scene.front.key(tenant)) for tenant in ("me", "you"))
    cursor = me.get("/v1/jobs", params={"limit": 1}).json()["next"]
    assert you.get("/v1/jobs", params={"cursor": cursor}).json()["items"] == []


def test_another_tenants_idempotency_key_is_another_key() -> None:
    scene = Scene()
    ids = set()
    for tenant in ("me", "you"):
        client = scene.front.client(scene.front.key(tenant))
        ids |= {scene.submit_over(client, headers={"Idempotency-Key": "1"}).json()["id"] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize("headers", [{"Authorization": "Bearer {}"}, {"X-Api-Key": "{}"}])
def test_a_key_is_taken_in_either_header(headers: dict[str, str]) -> None:
    front = FrontWorld().front
    sent = {name: value.format(front.key("me")) for name, value in headers.items()}
    assert front.client().get("/v1/jobs", headers=sent).status_code == 200


def test_a_revoked_key_is_taken_for_half_a_minute_at_most() -> None:
    world = FrontWorld()
    secret, key = create_key(world.table, "me", Scope, world.clock.now())
    client = world.front.client(secret)
    assert client.get("/v1/jobs").status_code == 200
    revoke_key(world.table, key.id, world.clock.now())
    world.clock.sleep(REMEMBERED_S)
    assert client.get("/v1/jobs").status_code == 401


def test_an_open_api_is_one_tenant_and_still_knows_its_keys() -> None:
    world = FrontWorld(require_api_key=False)
    front = world.front
    anybody = front.client()
    job = world.submit_over(anybody).json()
    assert anybody.get("/v1/queues").status_code == 200
    assert front.client(front.key("default")).get(job["links"]["self"]).status_code == 200
    assert front.client(front.key("me")).get(job["links"]["self"]).status_code == 404
    assert front.client("no-such-key").get(job["links"]["self"]).status_code == 401
    assert anybody.get("/v1/jobs", headers={"Authorization": "Basic bWU6bWU="}).status_code == 401


def test_the_table_holds_no_key_and_no_log_does(caplog: pytest.LogCaptureFixture) -> None:
    world = FrontWorld()
    key = world.front.key("me")
    world.front.client(key).get("/v1/jobs")
    assert key.removeprefix("hl_") not in str(world.table.items) + caplog.text
