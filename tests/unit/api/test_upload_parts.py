"""Uploads in parts: they go on where they stopped, and become a file only when they are whole."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from heavylift.errors import NotFound
from heavylift.jobs.uploads import OPEN_S, choose_part_bytes
from tests.support.in_process_api import ApiWorld
from tests.support.world import COPY, TEXT

SIZE = 25
PART_BYTES = 10


class UploadWorld(ApiWorld):
    """An API whose uploads have parts of 10 bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.client = self.api.client(self.api.key("me"))

    def begin(self, size: int = SIZE) -> Any:
        answer = self.client.post("/v1/uploads", json={"task": COPY.name, "bytes": size})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def put(self, part: dict[str, Any], content: bytes | None = None) -> None:
        """PUT a part of a file of the letters a, b, c, … to its url."""
        at = urlsplit(part["url"])
        query = parse_qs(at.query)
        assert int(query["bytes"][0]) == part["bytes"]
        sent = content if content is not None else bytes([96 + part["number"]]) * part["bytes"]
        self.objects.receive_part(at.path[1:], query["upload"][0], int(query["part"][0]), sent)

    def parts(self, upload: Any, **query: Any) -> httpx.Response:
        return self.client.get(f"/v1/uploads/{upload['upload_id']}/parts", params=query)

    def complete(self, upload: Any) -> httpx.Response:
        return self.client.post(f"/v1/uploads/{upload['upload_id']}/complete")

    def delete(self, upload: Any) -> httpx.Response:
        return self.client.delete(f"/v1/uploads/{upload['upload_id']}")

    def submit_with(self, upload: Any) -> httpx.Response:
        job = {"task": COPY.name, "input": {"upload_id": upload["upload_id"]}}
        return self.client.post("/v1/jobs", json=job)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> UploadWorld:
    monkeypatch.setattr("heavylift.service.uploads.choose_part_bytes", lambda _: PART_BYTES)
    return UploadWorld()


def test_a_file_is_made_of_its_parts(world: UploadWorld) -> None:
    upload = world.begin()
    parts = upload["parts"]
    assert [part["bytes"] for part in parts["items"]] == [10, 10, 5]
    assert (parts["count"], parts["part_bytes"], parts["next"]) == (3, PART_BYTES, None)
    for part in reversed(parts["items"]):
        world.put(part, (TEXT + b"a" * 20)[(part["number"] - 1) * 10 : part["number"] * 10])
    assert world.submit_with(upload).status_code == 404
    done = world.complete(upload)
    assert done.json() == {"upload_id": upload["upload_id"], "bytes": SIZE, "media_type": "text/plain"}
    assert world.submit_with(upload).status_code == 202
    assert world.objects.uploads == {}


def test_an_upload_goes_on_with_what_is_missing(world: UploadWorld) -> None:
    upload = world.begin()
    world.put(upload["parts"]["items"][1])
    assert [part["stored"] for part in world.parts(upload).json()["items"]] == [False, True, False]
    refused = world.complete(upload)
    assert refused.status_code == 409
    assert "missing, or have a wrong size: 1, 3." in refused.json()["detail"]
    for part in world.parts(upload).json()["items"]:
        if not part["stored"]:
            world.put(part)
    assert world.complete(upload).status_code == 200
    assert world.objects.read(f"uploads/me/{upload['upload_id']}") == b"a" * 10 + b"b" * 10 + b"c" * 5


def test_parts_of_a_wrong_size_or_number_do_not_make_a_file(world: UploadWorld) -> None:
    upload = world.begin()
    for part in upload["parts"]["items"]:
        world.put(part, b"x" * 10)
    assert world.parts(upload).json()["items"][2]["stored"] is False
    assert re.search(r"wrong size: 3\.", world.complete(upload).json()["detail"])
    world.put(upload["parts"]["items"][2])
    url = upload["parts"]["items"][2]["url"]
    query = parse_qs(urlsplit(url).query)
    world.objects.receive_part(urlsplit(url).path[1:], query["upload"][0], 4, b"more")
    assert world.complete(upload).status_code == 409
    assert world.objects.head(f"uploads/me/{upload['upload_id']}") is None


def test_many_missing_parts_are_counted(world: UploadWorld) -> None:
    assert world.complete(world.begin(200)).json()["detail"].endswith("8, 9, 10 and 10 more.")


def test_the_parts_come_by_pages(world: UploadWorld) -> None:
    upload = world.begin(1000)
    numbers, cursor = [], None
    while True:
        page = world.parts(upload, limit=30, **({"cursor": cursor} if cursor else {})).json()
        numbers += [part["number"] for part in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert numbers == list(range(1, 101))
    other = world.begin(1000)
    first = world.parts(upload, limit=30).json()["next"]
    assert world.parts(other, cursor=first).status_code == 422
    assert world.parts(upload, cursor="x").status_code == 422


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(world: UploadWorld) -> None:
    body = {"task": COPY.name, "bytes": 1001}
    assert world.client.post("/v1/uploads", json=body).status_code == 413
    for wrong in (0, -1, 1.5, "7", 2**60):
        assert world.client.post("/v1/uploads", json={**body, "bytes": wrong}).status_code == 422
    assert world.objects.uploads == {}


def test_completing_twice_is_completing_once(world: UploadWorld) -> None:
    upload = world.begin()
    for part in upload["parts"]["items"]:
        world.put(part)
    assert world.complete(upload).json() == world.complete(upload).json()
    assert world.parts(upload).status_code == 409


def test_an_upload_that_another_request_completes_meanwhile(
    world: UploadWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = world.begin()
    for part in upload["parts"]["items"]:
        world.put(part)
    complete = world.objects.complete_upload

    def complete_twice(*given: Any) -> None:
        complete(*given)
        complete(*given)

    monkeypatch.setattr(world.objects, "complete_upload", complete_twice)
    assert world.complete(upload).status_code == 200


def test_what_the_bucket_has_removed_is_not_complete(world: UploadWorld) -> None:
    upload = world.begin()
    world.objects.uploads.clear()
    assert world.complete(upload).status_code == 409
    world.clock.sleep(OPEN_S + 1)
    assert world.complete(upload).status_code == 410
    assert world.parts(upload).status_code == 410


def test_a_deleted_upload_leaves_nothing(world: UploadWorld) -> None:
    begun, whole = world.begin(), world.begin()
    world.put(begun["parts"]["items"][0])
    for part in whole["parts"]["items"]:
        world.put(part)
    world.complete(whole)
    for upload in (begun, whole):
        assert world.delete(upload).status_code == 204
        assert world.delete(upload).status_code == 204
        assert world.complete(upload).status_code == 410
        assert world.submit_with(upload).status_code == 404
    assert (world.objects.uploads, world.objects.objects) == ({}, {})


def test_a_file_that_was_sent_as_a_form_is_deleted_too(world: UploadWorld) -> None:
    upload_id = world.client.post("/v1/uploads", json={"task": COPY.name}).json()["upload_id"]
    assert world.delete({"upload_id": upload_id}).status_code == 404
    world.objects.put(f"uploads/me/{upload_id}", TEXT, "text/plain")
    assert world.parts({"upload_id": upload_id}).status_code == 404
    assert world.delete({"upload_id": upload_id}).status_code == 204
    assert world.objects.objects == {}


@pytest.mark.parametrize("upload_id", ["x", "..", "00000000-0000-7000-8000-000000000000"])
def test_an_unknown_upload_is_not_found(world: UploadWorld, upload_id: str) -> None:
    upload = {"upload_id": upload_id}
    statuses = [call(upload).status_code for call in (world.parts, world.complete, world.delete)]
    assert statuses in ([404] * 3, [404, 405, 405])  # the client resolves ".."


def test_a_part_can_be_sent_as_long_as_the_upload_is_open(world: UploadWorld) -> None:
    upload = world.begin()
    world.clock.sleep(OPEN_S - 10)
    url = world.parts(upload).json()["items"][0]["url"]
    assert parse_qs(urlsplit(url).query)["expires"] == ["10"]
    world.objects.abort_upload(f"uploads/me/{upload['upload_id']}", "upload-1")
    with pytest.raises(NotFound):
        world.put(upload["parts"]["items"][0])


@pytest.mark.parametrize("megabytes", [1, 100, 5000, 200_000])
def test_a_file_has_at_most_10_000_parts(megabytes: int) -> None:
    size = megabytes * 1024 * 1024 + 1
    assert -(-size // choose_part_bytes(size)) <= 10_000
    assert choose_part_bytes(size) >= 16 * 1024 * 1024
