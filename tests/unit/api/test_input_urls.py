"""Input by url, through the API: what is accepted, what is shown, what the document says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.in_process_api import ApiWorld
from tests.support.world import COPY


def submit(api: ApiWorld, given: dict[str, Any], **more: Any) -> Any:
    client = api.api.client()
    return client.post("/v1/jobs", json={"task": COPY.name, "params": {}, "input": given, **more})


def test_a_url_is_accepted_and_shown_without_its_query() -> None:
    api = ApiWorld(require_api_key=False)
    given = {
        "url": "https://example.org/a/b.txt?X-Amz-Signature=not-shown",
        "headers": {"Authorization": "Bearer x"},
    }
    answer = submit(api, given, file_name="c.txt")
    assert answer.status_code == 202, answer.text
    assert answer.json()["input"] == {
        "name": "c.txt",
        "bytes": None,
        "media_type": None,
        "url": "https://example.org/a/b.txt",
    }
    assert "Bearer" not in answer.text
    assert "not-shown" not in answer.text


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"url": "https://127.0.0.1/"}, "/input/url"),
        ({"url": "http://example.org/"}, "/input/url"),
        ({"url": "nothing"}, "/input/url"),
        ({"url": "https://example.org/", "headers": {"Host": "a"}}, "/input/headers/Host"),
        ({"url": "https://example.org/", "headers": {"X": 1}}, "/input/headers/X"),
        ({"url": "https://example.org/", "upload_id": "0" * 36}, "/input"),
        ({"upload_id": "0" * 36, "headers": {"A": "b"}}, "/input"),
        ({"headers": {"A": "b"}}, "/input"),
    ],
)
def test_what_is_refused_has_its_pointer(given: dict[str, Any], pointer: str) -> None:
    answer = submit(ApiWorld(require_api_key=False), given)
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_the_headers_are_write_only_and_the_inputs_exclude_each_other() -> None:
    schemas = ApiWorld().api.app.openapi()["components"]["schemas"]
    assert schemas["UrlReference"]["properties"]["headers"]["writeOnly"] is True
    names = [each["$ref"].rpartition("/")[2] for each in schemas["InputReference"]["oneOf"]]
    assert names == ["UploadReference", "OutputReference", "UrlReference"]
