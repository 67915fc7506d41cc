"""/v1/models: kept models over HTTP."""

from __future__ import annotations

import httpx
import pytest

from tests.support.in_process_api import InProcessApi
from tests.support.model_tasks import ModelWorld


class Kept:
    """A world with two versions of `churn`, and a client of its tenant."""

    def __init__(self) -> None:
        self.world = ModelWorld()
        self.jobs = [self.world.train("churn", text).id for text in ("one", "two")]
        api = InProcessApi(self.world.system)
        self.client: httpx.Client = api.client(api.key("me"))


@pytest.fixture
def kept() -> Kept:
    return Kept()


def test_a_model_is_listed_with_its_versions(kept: Kept) -> None:
    [summary] = kept.client.get("/v1/models").json()["items"]
    assert (summary["name"], summary["latest"], summary["count"]) == ("churn", 2, 2)
    shown = kept.client.get("/v1/models/churn").json()
    assert [each["reference"] for each in shown["versions"]] == ["churn@2", "churn@1"]
    version = kept.client.get("/v1/models/churn/versions/1").json()
    assert version == shown["versions"][1]
    assert (version["job_id"], version["result"]) == (kept.jobs[0], {"copied": [1]})
    assert version["url"].startswith("memory:///models/me/")
    assert kept.client.head("/v1/models/churn").status_code == 200


def test_the_client_of_a_predicting_job_sees_which_version_it_took(kept: Kept) -> None:
    body = {"task": "use-model", "params": {"model": "churn"}}
    assert kept.client.post("/v1/jobs", json=body).json()["params"] == {"model": "churn@2"}


def test_a_finished_job_is_kept_by_a_call(kept: Kept) -> None:
    job = kept.world.train()
    created = kept.client.post("/v1/models/churn/versions", json={"job_id": job.id})
    assert (created.status_code, created.json()["reference"]) == (201, "churn@3")
    again = kept.client.post("/v1/models/churn/versions", json={"job_id": job.id})
    assert (again.status_code, again.json()["reference"]) == (200, "churn@3")
    other = kept.client.post("/v1/models/other/versions", json={"job_id": job.id})
    assert (other.status_code, other.json()["type"]) == (409, "/problems/conflict")


def test_a_version_is_deleted_once(kept: Kept) -> None:
    gone = kept.client.delete("/v1/models/churn/versions/2")
    assert (gone.status_code, gone.content) == (204, b"")
    assert kept.client.delete("/v1/models/churn/versions/2").status_code == 404
    assert kept.client.get("/v1/models/churn").json()["count"] == 1


def test_a_limit_is_a_typed_problem(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heavylift.job_store.kept_models.MAX_VERSIONS", 2)
    body = {"job_id": kept.world.train().id}
    refused = kept.client.post("/v1/models/churn/versions", json=body)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/model-limit")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/models/other", None, 404),
        ("GET", "/v1/models/a%23b", None, 404),
        ("GET", "/v1/models/churn/versions/9", None, 404),
        ("GET", "/v1/models/churn/versions/0", None, 422),
        ("GET", "/v1/models/churn/versions/x", None, 422),
        ("DELETE", "/v1/models/churn/versions/999999999999", None, 422),
        ("POST", "/v1/models/a%23b/versions", {"job_id": "x"}, 422),
        ("POST", "/v1/models/churn/versions", {"job_id": "x"}, 404),
        ("POST", "/v1/models/churn/versions", {}, 422),
    ],
)
def test_a_bad_request_is_refused(kept: Kept, method: str, path: str, body: object, status: int) -> None:
    refused = kept.client.request(method, path, json=body)
    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
