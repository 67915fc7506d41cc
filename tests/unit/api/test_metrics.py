"""Which answers of the API are counted, and the metrics they write."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.metrics import count_response, metric_of


def make_event(method: str, path: str) -> dict[str, Any]:
    return {"requestContext": {"http": {"method": method, "path": path}}}


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("POST", "/v1/jobs", 202, "JobsAccepted"),
        ("POST", "/v1/jobs", 200, "JobsAccepted"),  # the job finished while the request waited
        ("POST", "/some/where/v1/jobs", 202, "JobsAccepted"),
        ("POST", "/v1/jobs", 422, None),
        ("POST", "/v1/jobs/x/retry", 202, None),
        ("GET", "/v1/jobs", 200, None),
        ("POST", "/v1/jobs", 429, "RequestsOverRate"),
        ("POST", "/v1/jobs", 503, "RequestsPutOff"),
        ("GET", "/v1/jobs/x", 500, "ApiErrors"),
    ],
)
def test_an_answer_counts_under_its_name(method: str, path: str, status: int, name: str | None) -> None:
    assert metric_of(make_event(method, path), status) == name


def test_a_count_is_written_for_the_function_and_for_the_stack(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Heavylift")
    monkeypatch.setenv("STACK", "mine")
    for _ in range(2):
        count_response(make_event("POST", "/v1/jobs"), 202)
    count_response(make_event("GET", "/v1/jobs"), 200)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["JobsAccepted"] for line in lines] == [[1.0], [1.0]]
    for line in lines:
        [metrics] = line["_aws"]["CloudWatchMetrics"]
        assert metrics["Namespace"] == "Heavylift"
        assert ["stack"] in metrics["Dimensions"]
        assert line["stack"] == "mine"
