"""Every route of the API with every kind of key. A new route needs a row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from api.web.bundle import load_site
from heavylift.api_keys import Scope
from tests.support.in_process_api import ApiWorld
from tests.support.model_tasks import USE
from tests.support.world import CITE, COPY
from tests.unit.api.seeded_world import PARTED, UPLOAD, SeededWorld, with_items


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
        Row(JOBS, 202, 404, json=lambda world: with_items({"upload_id": UPLOAD})),
        Row(JOBS, 202, 404, json=lambda world: with_items({"job_id": world.done, "output": "copy-1.txt"})),
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
    ("GET", "/v1/batches/{batch_id}/outputs.zip"): [
        Row(JOBS, 409, 404, lambda world: f"/v1/batches/{world.batch}/outputs.zip")
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
    ("POST", "/v1/next-runs"): [Row(JOBS, 200, 200, json=lambda world: {"rate": "6 hours"})],
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
        (method, str(route.path_format))
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
