"""Delivery of outputs, through the API: what is accepted, what is shown, what the document says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.in_process_api import ApiWorld
from tests.support.world import COPY, TEXT

PUT = {"put_url": "https://example.org/{name}?sig=s3cret", "headers": {"Authorization": "Bearer word"}}
POST = {"post": {"url": "https://b.example/", "fields": {"key": "${filename}", "policy": "p0licy"}}}


def submit(api: ApiWorld, deliver: Any) -> Any:
    form = {"task": COPY.name, "deliver": json.dumps(deliver)}
    return api.api.client().post("/v1/jobs", data=form, files={"file": ("a.txt", TEXT)})


@pytest.mark.parametrize("target", [PUT, POST])
def test_a_target_is_accepted_and_shown_without_its_secrets(target: dict[str, Any]) -> None:
    answer = submit(ApiWorld(require_api_key=False), target)
    assert answer.status_code == 202, answer.text
    shown = answer.json()["delivery"]
    assert (shown["state"], shown["sent"], shown["total"]) == ("pending", 0, None)
    assert shown["url"] in ("https://example.org/{name}", "https://b.example/")
    assert not [secret for secret in ("s3cret", "Bearer", "p0licy") if secret in answer.text]


@pytest.mark.parametrize(
    ("target", "pointer"),
    [
        ({}, "/deliver"),
        ({**PUT, **POST}, "/deliver"),
        ({**POST, "headers": {"A": "b"}}, "/deliver"),
        ({"headers": {"A": "b"}}, "/deliver"),
        ({"put_url": "https://127.0.0.1/{name}"}, "/deliver/put_url"),
        ({"put_url": "https://example.org/"}, "/deliver/put_url"),
        ({"post": {"url": "https://b.example/", "fields": {}}}, "/deliver/post/fields"),
        ({"post": {"url": "https://b.example/"}}, "/deliver/post/fields"),
    ],
)
def test_what_is_refused_has_its_pointer(target: dict[str, Any], pointer: str) -> None:
    answer = submit(ApiWorld(require_api_key=False), target)
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_a_field_that_is_no_json_is_refused() -> None:
    form = {"task": COPY.name, "deliver": "{"}
    client = ApiWorld(require_api_key=False).api.client()
    answer = client.post("/v1/jobs", data=form, files={"file": ("a.txt", TEXT)})
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/deliver"]


def test_the_secrets_are_write_only_in_the_document() -> None:
    schemas = ApiWorld().api.app.openapi()["components"]["schemas"]
    assert schemas["DeliverByPut"]["properties"]["headers"]["writeOnly"] is True
    assert schemas["PostPolicy"]["properties"]["fields"]["writeOnly"] is True
    assert len(schemas["Deliver"]["oneOf"]) == 2
