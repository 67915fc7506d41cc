"""JSON as some programs write it: with a byte order mark, in another charset, or damaged on its way."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import pytest

from tests.support.in_process_api import ApiWorld
from tests.support.world import CITE

FORM = {"Content-Type": "multipart/form-data; boundary=b"}
NAME = "é 日本"
PARAMS = json.dumps({"seconds": 0, "message": NAME}, ensure_ascii=False)


@pytest.fixture(name="client")
def open_client() -> httpx.Client:
    return ApiWorld(require_api_key=False).api.client()


def post_params(client: httpx.Client, content: bytes, more: str) -> httpx.Response:
    """POST a job of the task `message`; `more` follows the name of the part that holds its params."""
    head = f'--b\r\nContent-Disposition: form-data; name="params"{more}\r\n\r\n'.encode()
    task = b'--b\r\nContent-Disposition: form-data; name="task"\r\n\r\nmessage\r\n'
    return client.post("/v1/jobs", content=task + head + content + b"\r\n--b--\r\n", headers=FORM)


def as_file(charset: str = "") -> str:
    return f'; filename="params.json"\r\nContent-Type: application/json{charset and "; charset=" + charset}'


@pytest.mark.parametrize(
    ("encoding", "more"),
    [
        ("utf-8-sig", ""),
        ("utf-8-sig", as_file()),
        ("utf-8-sig", as_file("utf-8")),
        ("utf-8", as_file('"UTF-8"')),
        ("utf-16", as_file()),
        ("utf-16-le", as_file()),
        ("utf-16", as_file("utf-16")),
        ("utf-32", as_file()),
    ],
)
def test_params_are_read_in_any_form_of_unicode(client: httpx.Client, encoding: str, more: str) -> None:
    answer = post_params(client, PARAMS.encode(encoding), more)
    assert answer.status_code == 202, answer.text
    assert answer.json()["params"]["message"] == NAME


@pytest.mark.parametrize("charset", ["iso-8859-1", "Latin-1", "windows-1252"])
def test_params_are_read_in_the_charset_that_their_part_names(client: httpx.Client, charset: str) -> None:
    content = '{"seconds": 0, "message": "é"}'.encode(charset)
    answer = post_params(client, content, as_file(charset))
    assert answer.status_code == 202, answer.text
    assert answer.json()["params"]["message"] == "é"


@pytest.mark.parametrize(
    ("content", "more"),
    [
        (PARAMS.encode(), as_file("klingon")),
        (PARAMS.encode(), as_file("hex")),
        (PARAMS.encode(), as_file("utf-16")),
        ('{"message": "é"}'.encode("latin-1"), as_file()),
        (b"\xff\xfe{", as_file()),
        (b"", as_file()),
    ],
)
def test_params_that_can_not_be_decoded_are_refused(client: httpx.Client, content: bytes, more: str) -> None:
    answer = post_params(client, content, more)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/params"
    assert "UTF-8" in answer.json()["detail"]


BODIES: list[tuple[str, Any]] = [
    ("/v1/jobs", {"task": CITE.name}),
    ("/v1/uploads", {"task": "ocr"}),
    ("/v1/dead-letters/redrive", {"queue": "pages"}),
]


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_a_body_of_json_may_begin_with_a_byte_order_mark(client: httpx.Client, path: str, body: Any) -> None:
    content = json.dumps(body).encode("utf-8-sig")
    for kind in ("application/json", "application/json; charset=UTF-8"):
        answer = client.post(path, content=content, headers={"Content-Type": kind})
        assert answer.is_success, answer.text


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_a_body_of_json_in_another_charset_is_refused_by_name(
    client: httpx.Client, path: str, body: Any
) -> None:
    content = json.dumps(body).encode("utf-16")
    answer = client.post(path, content=content, headers={"Content-Type": "application/json; charset=utf-16"})
    assert answer.status_code == 415
    assert "'utf-16'" in answer.json()["detail"]


@pytest.mark.parametrize(("path", "body"), BODIES)
@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
def test_gzip_that_a_gateway_has_read_as_text_is_no_fault_of_the_client(
    client: httpx.Client, path: str, body: Any, charset: str
) -> None:
    """The emulator of the embedded run does so with JSON."""
    content = gzip.compress(json.dumps(body).encode()).decode(charset, errors="replace").encode()
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = client.post(path, content=content, headers=headers)
    assert answer.status_code == 415
    assert "has read the gzip body as text" in answer.json()["detail"]


def test_a_pointer_names_the_cell_and_not_a_type_that_it_does_not_have(client: httpx.Client) -> None:
    rows = '{"model_job": "x", "rows": [{"a": 1}, {"a": 1e400, "b": {"c": 1}}], "more": 1}'
    body = f'{{"task": "predict", "params": {rows}}}'
    answer = client.post("/v1/jobs", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    faults = answer.json()["errors"]
    assert {each["pointer"] for each in faults} == {"/params/rows/1/a", "/params/rows/1/b", "/params/more"}
    assert len({(each["pointer"], each["detail"]) for each in faults}) == len(faults)
    answer = client.post("/v1/jobs", json={"task": "predict", "params": {"model_job": 1, "rows": [{"a": 1}]}})
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/params/model_job"]
