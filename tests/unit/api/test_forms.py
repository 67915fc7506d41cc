"""Forms and encodings as clients send them: whole, cut off, compressed, with params as a file."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
from typing import Any

import httpx
import pytest
from starlette.types import Message

from tests.support.in_process_api import ApiWorld
from tests.support.world import COPY, TEXT

OPEN: dict[str, Any] = {"require_api_key": False}
FORM = {"Content-Type": "multipart/form-data; boundary=b"}
END = "--b--\r\n"


def part(name: str, value: str, more: str = "") -> str:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'


FILE = part("file", TEXT.decode() + "hello", '; filename="a.txt"')


@pytest.fixture(name="client")
def open_client() -> httpx.Client:
    return ApiWorld(**OPEN).api.client()


def post(client: httpx.Client, body: str | bytes, **headers: str) -> httpx.Response:
    content = body.encode() if isinstance(body, str) else body
    return client.post("/v1/jobs", content=content, headers={**FORM, **headers})


@pytest.mark.parametrize(
    "body",
    [
        part("task", COPY.name) + part("params", '{"parts": 2')[:-2],
        part("task", COPY.name) + FILE,
        part("task", COPY.name) + FILE[:-4],
        part("task", COPY.name) + FILE + "--b",
        part("task", COPY.name) + FILE + "--b-",
        part("task", COPY.name) + FILE + part("params", '{"parts": 2} --b-- ')[:-2],
        part("task", COPY.name) + FILE + part("params", "{}\n--b--")[:-2],
    ],
)
def test_a_form_that_is_cut_off_is_refused(client: httpx.Client, body: str) -> None:
    answer = post(client, body)
    assert answer.status_code == 422
    assert "cut off" in answer.json()["detail"]


def test_a_whole_form_is_taken_also_with_what_follows_its_end(client: httpx.Client) -> None:
    assert post(client, part("task", COPY.name) + FILE + END).status_code == 202
    assert post(client, part("task", COPY.name) + FILE + END + "epilogue\r\n" * 1000).status_code == 202
    assert post(client, part("task", COPY.name) + FILE + "--b--").status_code == 202


@pytest.mark.parametrize(
    ("name", "twice"),
    [
        ("file", FILE + FILE),
        ("params", FILE + part("params", '{"parts": 2}') + part("params", '{"parts": 3}')),
        ("params", FILE + part("params", '{"parts": 2}') + part("params", "{}", '; filename="p.json"')),
        ("task", part("task", COPY.name) + FILE),
    ],
)
def test_a_field_that_is_there_twice_is_named(client: httpx.Client, name: str, twice: str) -> None:
    answer = post(client, part("task", COPY.name) + twice + END)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{name}")


@pytest.mark.parametrize("body", ["", "no form", "--b\r\n\r\nx\r\n--b--", "x" + END])
def test_a_form_that_is_none_is_refused(client: httpx.Client, body: str) -> None:
    assert post(client, body).status_code == 422


def test_params_are_taken_as_a_file_of_json(client: httpx.Client) -> None:
    more = '; filename="blob"\r\nContent-Type: application/json'
    answer = post(client, part("task", COPY.name) + part("params", '{"parts": 3}', more) + FILE + END)
    assert answer.status_code == 202
    assert answer.json()["params"] == {"parts": 3}


def test_params_as_a_file_that_is_not_json_are_refused(client: httpx.Client) -> None:
    body = part("task", COPY.name) + part("params", "{", '; filename="blob"') + FILE + END
    answer = post(client, body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/params")


@pytest.mark.parametrize(
    ("wrong", "pointer"), [(part("colour", "red") + FILE, "/colour"), (part("file", "hello"), "/file")]
)
def test_an_unknown_field_and_a_file_as_text_are_refused(
    client: httpx.Client, wrong: str, pointer: str
) -> None:
    answer = post(client, part("task", COPY.name) + wrong + END)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_gzipped_body_is_read(client: httpx.Client) -> None:
    body = gzip.compress((part("task", COPY.name) + FILE + END).encode())
    assert post(client, body, **{"Content-Encoding": "gzip"}).status_code == 202


def test_a_gzipped_body_of_several_members_is_read_whole(client: httpx.Client) -> None:
    body = (part("task", COPY.name) + FILE + part("params", '{"parts": 3}') + END).encode()
    members = b"".join(gzip.compress(body[at : at + 50]) for at in range(0, len(body), 50))
    answer = post(client, members, **{"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json().get("params")) == (202, {"parts": 3})


def test_members_of_a_gzip_body_are_limited_together(client: httpx.Client) -> None:
    bomb = gzip.compress(bytes(4_000_000)) * 3
    assert post(client, bomb, **{"Content-Encoding": "gzip"}).status_code == 413


def test_a_gzip_bomb_is_too_large(client: httpx.Client) -> None:
    bomb = gzip.compress(bytes(100_000_000))
    assert len(bomb) < 100_000
    tracemalloc.start()
    try:
        assert post(client, bomb, **{"Content-Encoding": "gzip"}).status_code == 413
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "damage", [lambda body: body[:-9], lambda body: b"no gzip", lambda body: body + b"junk", lambda body: b""]
)
def test_a_damaged_gzip_body_is_refused(client: httpx.Client, damage: Any) -> None:
    body = damage(gzip.compress((part("task", COPY.name) + FILE + END).encode()))
    answer = post(client, body, **{"Content-Encoding": "gzip"})
    assert answer.status_code == 422
    assert "gzip" in answer.json()["detail"]


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip"])
def test_another_encoding_is_named_in_the_refusal(client: httpx.Client, encoding: str) -> None:
    answer = post(client, "x", **{"Content-Encoding": encoding})
    assert answer.status_code == 415
    assert encoding in answer.json()["detail"]


@pytest.mark.parametrize(
    "path", ["/healthz", "/v1/tasks", "/v1/jobs", "/openapi.json", "/docs", "/", "/nothing"]
)
def test_head_is_answered_as_get_without_a_body(client: httpx.Client, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert head.status_code == get.status_code
    varying = {"date"}
    assert {k: v for k, v in head.headers.items() if k not in varying} == {
        k: v for k, v in get.headers.items() if k not in varying
    }


def test_no_body_is_sent_for_head() -> None:
    """The client of these tests drops the body of a HEAD itself, so the messages are read here."""

    async def send_head() -> list[Message]:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "HEAD", "path": "/healthz", "headers": [], "query_string": b""}
        await ApiWorld(**OPEN).api.app(scope, receive, send)
        return sent

    start, *rest = asyncio.run(send_head())
    assert start["status"] == 200
    assert b"".join(each["body"] for each in rest) == b""


def test_head_of_an_output_redirects_as_get_does() -> None:
    world = ApiWorld(**OPEN)
    client = world.api.client()
    job = post(client, part("task", COPY.name) + FILE + END).json()
    world.work()
    head, get = (client.request(m, f"/v1/jobs/{job['id']}/outputs/copy-1.txt") for m in ("HEAD", "GET"))
    assert (head.status_code, get.status_code) == (307, 307)
    # A signature holds for one method.
    assert head.headers["location"] == get.headers["location"].replace("method=GET", "method=HEAD")


def test_allow_names_head_where_it_names_get(client: httpx.Client) -> None:
    assert client.put("/v1/jobs").headers["allow"] == "GET, HEAD, POST"
    assert client.head("/v1/uploads").headers["allow"] == "POST"


def test_web_pages_of_other_origins_may_send_head_and_compressed_bodies() -> None:
    client = ApiWorld(**OPEN, cors_origins=("https://app.example",)).api.client()
    asked = {"Origin": "https://app.example", "Access-Control-Request-Headers": "content-encoding, x-api-key"}
    for method in ("HEAD", "POST"):
        answer = client.options("/v1/jobs", headers={**asked, "Access-Control-Request-Method": method})
        assert answer.status_code == 200


LABELS = (
    part("name", " Annual report ") + part("reference", "order-7") + part("tags", "a") + part("tags", "b")
)


def test_a_form_names_its_job(client: httpx.Client) -> None:
    job = post(client, part("task", COPY.name) + LABELS + FILE + END).json()
    assert (job["name"], job["reference"], job["tags"]) == ("Annual report", "order-7", ["a", "b"])
    assert job["input"] == {"name": "a.txt", "bytes": len(TEXT) + 5, "media_type": "text/plain", "url": None}
    [listed] = client.get("/v1/jobs").json()["items"]
    assert {name: listed[name] for name in ("name", "reference", "tags", "input")} == {
        name: job[name] for name in ("name", "reference", "tags", "input")
    }


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        (part("name", ""), "/name"),
        (part("name", "x" * 256), "/name"),
        (part("name", "a\x00b"), "/name"),
        (part("reference", "a\u202eb"), "/reference"),
        (part("tags", ""), "/tags/0"),
        (part("tags", "x" * 65), "/tags/0"),
        ("".join(part("tags", f"t{number}") for number in range(11)), "/tags"),
        (part("tags", "a") + part("tags", "a"), ""),
        (part("name", "a") + part("name", "b"), "/name"),
    ],
)
def test_a_label_that_does_not_fit_is_named(client: httpx.Client, fields: str, pointer: str) -> None:
    answer = post(client, part("task", COPY.name) + fields + FILE + END)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_json_names_its_job_and_the_uploaded_file(client: httpx.Client) -> None:
    job = {"task": "message", "params": {"seconds": 0}, "name": "x", "tags": ["a"]}
    assert client.post("/v1/jobs", json=job).json()["name"] == "x"
    answer = client.post("/v1/jobs", json={**job, "file_name": "a.txt"})
    assert answer.status_code == 422
    assert "file_name is for an upload" in answer.text
