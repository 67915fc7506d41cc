"""Response headers, the reference page, problems and CORS."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from heavylift.errors import HeavyliftError, Refused
from tests.support.in_process_api import ApiWorld

OPEN: dict[str, Any] = {"require_api_key": False}
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
}
PATHS = [
    "/",
    "/v1/jobs",
    "/v1/jobs/x",
    "/v1/queues",
    "/v1/tasks",
    "/docs",
    "/docs/start.js",
    "/openapi.json",
    "/no",
]


def client(**settings: Any) -> httpx.Client:
    return ApiWorld(**(OPEN | settings)).api.client()


@pytest.mark.parametrize("path", PATHS)
def test_every_response_carries_the_security_headers(path: str) -> None:
    answer = client().get(path)
    assert SAFE.items() <= {name: answer.headers[name] for name in SAFE}.items()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Cache-Control" in answer.headers


def test_a_request_inspects_no_signature_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """FastAPI would do so under `warnings.catch_warnings`, which is slow and not thread-safe."""
    asking = client()
    asking.get("/v1/jobs")
    monkeypatch.setattr("fastapi.dependencies.utils.get_dependant", None)
    assert asking.get("/v1/jobs").status_code == 200


def test_an_internal_error_shows_no_trace_and_carries_the_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    world = ApiWorld(**OPEN)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret-table-name at /var/task/heavylift/adapters/aws/dynamodb.py")

    monkeypatch.setattr(world.table, "query", broken)
    answer = world.api.client().get("/v1/jobs")
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal-error")
    assert "secret" not in answer.text
    assert "/var" not in answer.text
    assert SAFE.items() <= {name: answer.headers[name] for name in SAFE}.items()


def test_the_reference_loads_nothing_from_another_host() -> None:
    here = client()
    page = here.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "//" not in page.text
    files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(files) == 4
    for file in files:
        answer = here.get(f"/{file}")
        assert answer.status_code == 200
        assert "max-age=86400" in answer.headers["Cache-Control"]
        kind = {"js": "text/javascript", "css": "text/css", "png": "image/png"}[file.rpartition(".")[2]]
        assert answer.headers["content-type"].startswith(kind)
        if kind == "text/css":
            assert not re.search(r"url\(\s*['\"]?(https?:)?//", answer.text)
    assert here.get("/docs/../app.py").status_code == 404
    assert here.get("/docs/%2e%2e%2fapp.py").status_code == 404


def test_a_page_of_another_origin_may_call_only_if_it_is_named() -> None:
    asked = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,prefer",
    }
    closed = client().options("/v1/jobs", headers=asked)
    assert "Access-Control-Allow-Origin" not in closed.headers
    named = client(cors_origins=("https://app.example",))
    preflight = named.options("/v1/jobs", headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://app.example"
    shown = named.get("/v1/jobs", headers={"Origin": "https://app.example"})
    assert "Retry-After" in shown.headers["Access-Control-Expose-Headers"]
    other = named.get("/v1/jobs", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers


def test_a_wrong_method_gets_every_allowed_one() -> None:
    answer = client().put("/v1/jobs/x")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "DELETE, GET, HEAD"
    assert answer.json()["type"] == "/problems/method-not-allowed"


def test_a_problem_names_what_is_wrong_by_pointer() -> None:
    here = client()
    answer = here.get("/v1/jobs", params={"limit": 0, "status": "GONE"})
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/query/limit", "/query/status"}
    answer = here.post("/v1/uploads", json={"task": 1, "a/b": 2})
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/task", "/a~1b"}
    assert here.post("/v1/uploads", content=b"x").status_code == 415


@pytest.mark.parametrize(
    ("params", "fault"),
    [
        ({"a/b~": 1}, {"pointer": "/params/a~1b~0", "detail": "Extra inputs are not permitted"}),
        ({"pages": "9-1"}, {"pointer": "/params/pages", "detail": "the range '9-1' runs backwards"}),
    ],
)
def test_an_invalid_param_is_named_by_pointer_with_a_plain_detail(
    params: dict[str, Any], fault: dict[str, str]
) -> None:
    answer = client().post("/v1/jobs", json={"task": "pdf-to-images", "params": params})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [fault]


def test_every_refusal_has_a_type_of_its_own() -> None:
    def below(kind: type[HeavyliftError]) -> list[type[HeavyliftError]]:
        return [kind, *(each for sub in kind.__subclasses__() for each in below(sub))]

    kinds = [kind for kind in below(Refused) if kind.slug != "refused" and "slug" in vars(kind)]
    assert len({kind.slug for kind in kinds}) == len(kinds)
    assert {401, 403, 404, 409, 410, 413, 415, 422, 429, 503, 504} <= {kind.status for kind in kinds}
