"""Bad requests through HTTP: each gets its problem and leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.sample_documents import make_text_pdf

KINDS = ("", "NotVisible", "Delayed")
"""Waiting, hidden and delayed messages together: the sum grows only by a new message."""


def count_stored(stack: Stack) -> tuple[int, int, int]:
    """Return the number of items, objects and messages."""
    outputs = stack.outputs
    items = stack.aws.client("dynamodb").scan(TableName=outputs["TableName"], Select="COUNT")["Count"]
    objects = stack.aws.client("s3").list_objects_v2(Bucket=outputs["BucketName"])["KeyCount"]
    sqs = stack.aws.client("sqs")
    url = sqs.get_queue_url(QueueName=outputs["PagesQueueName"])["QueueUrl"]
    depth = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return items, objects, sum(int(depth[f"ApproximateNumberOfMessages{kind}"]) for kind in KINDS)


REFUSED: list[tuple[str, dict[str, Any], int, str, str | None]] = [
    ("no file", {"file": None}, 422, "invalid-request", "/input"),
    ("an unknown task", {"file": b"%PDF-1.4", "task": "pdf-to-gold"}, 404, "not-found", None),
    ("dpi 0", {"file": b"%PDF-1.4", "params": {"dpi": 0}}, 422, "invalid-request", "/params/dpi"),
    ("an unknown param", {"file": b"%PDF-1.4", "params": {"dip": 9}}, 422, "invalid-request", "/params/dip"),
    ("params not JSON", {"file": b"%PDF-1.4", "params": "dpi=9"}, 422, "invalid-request", "/params"),
    ("params not an object", {"file": b"%PDF-1.4", "params": "[]"}, 422, "invalid-request", "/params"),
    # More than the API accepts and less than Lambda accepts: a larger body never reaches the API.
    ("4.6 MB", {"file": b"%PDF-1.4" + bytes(4_600_000)}, 413, "too-large", None),
    ("a text file", {"file": b"this is no PDF"}, 415, "unsupported-media-type", None),
    ("an empty file", {"file": b""}, 415, "unsupported-media-type", None),
]


@pytest.mark.parametrize(
    ("what", "request_", "status", "slug", "pointer"), REFUSED, ids=lambda v: str(v)[:20]
)
def test_a_bad_request_is_refused_and_leaves_nothing(
    stack: Stack, what: str, request_: dict[str, Any], status: int, slug: str, pointer: str | None
) -> None:
    api = Api(stack.api_url)
    before = count_stored(stack)
    answer = api.submit(request_.pop("file"), **request_)
    assert answer.status_code == status, (what, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["status"]) == (f"/problems/{slug}", status)
    if pointer:
        assert pointer in [fault["pointer"] for fault in problem["errors"]]
    items, objects, messages = count_stored(stack)
    assert (items, objects) == before[:2]
    assert messages <= before[2]  # a duplicate of an earlier test may end just now


def test_other_bodies_are_refused(stack: Stack) -> None:
    api = Api(stack.api_url)
    assert api.post("/v1/jobs", content=make_text_pdf(1)).status_code == 415
    assert api.post("/v1/jobs", json={"task": 5}).status_code == 422
    broken = {"Content-Type": "application/json"}
    assert api.post("/v1/jobs", content=b"{", headers=broken).status_code == 422
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert api.post("/v1/jobs", content=b"--y", headers=broken).status_code == 422
    assert api.post("/v1/jobs", data={"task": "pdf-to-images"}).status_code == 415


@pytest.mark.parametrize(
    "path", ["/v1/jobs/1", "/v1/jobs/0197b4e2-7d1c-7c3e-9a51-3f6f0c2d8e11/outputs", "/v2"]
)
def test_an_unknown_path_is_a_problem_too(stack: Stack, path: str) -> None:
    answer = Api(stack.api_url).get(path)
    assert answer.status_code in (404, 410)
    assert answer.headers["content-type"] == "application/problem+json"
