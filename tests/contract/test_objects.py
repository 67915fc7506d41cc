"""The ObjectStore port: the contract of every implementation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from heavylift.errors import Canceled, NotFound
from heavylift.ports.objects import CHUNK_BYTES, ObjectChanged, ObjectStore, StoredObject


def test_what_was_put_is_read_back(objects: ObjectStore, tmp_path: Path) -> None:
    objects.put("jobs/1/input", b"%PDF-1.7 and more", "application/pdf")
    assert objects.read("jobs/1/input") == b"%PDF-1.7 and more"
    assert objects.read_beginning("jobs/1/input", 5) == b"%PDF-"
    assert objects.head("jobs/1/input") == StoredObject("jobs/1/input", 17, "application/pdf")
    objects.download("jobs/1/input", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"%PDF-1.7 and more"


def test_a_file_is_put_as_its_bytes(objects: ObjectStore, tmp_path: Path) -> None:
    (tmp_path / "page.png").write_bytes(b"\x89PNG")
    objects.put("page", tmp_path / "page.png", "image/png")
    assert objects.read("page") == b"\x89PNG"


def test_putting_again_replaces(objects: ObjectStore) -> None:
    objects.put("key", b"one", "text/plain")
    objects.put("key", b"two", "text/plain")
    assert objects.read("key") == b"two"


def test_an_empty_object_has_an_empty_beginning(objects: ObjectStore) -> None:
    objects.put("empty", b"", "text/plain")
    assert objects.read_beginning("empty", 1024) == b""


def test_an_object_that_is_not_there_is_missing(objects: ObjectStore, tmp_path: Path) -> None:
    assert objects.head("nothing") is None
    with pytest.raises(NotFound):
        objects.read("nothing")
    with pytest.raises(NotFound):
        objects.read_beginning("nothing", 10)
    with pytest.raises(NotFound):
        objects.download("nothing", tmp_path / "nothing")


def test_deleting_is_done_once_or_twice(objects: ObjectStore) -> None:
    objects.put("key", b"one", "text/plain")
    objects.delete("key")
    objects.delete("key")
    assert objects.head("key") is None


@pytest.mark.parametrize("size", [0, 20, CHUNK_BYTES, CHUNK_BYTES + 5])
def test_an_object_is_read_by_chunks(objects: ObjectStore, size: int) -> None:
    objects.put("key", bytes(range(256)) * (size // 256) + b"x" * (size % 256), "text/plain")
    chunks = list(objects.read_chunks("key"))
    assert b"".join(chunks) == objects.read("key")
    assert all(0 < len(chunk) <= CHUNK_BYTES for chunk in chunks)
    with pytest.raises(NotFound):
        next(objects.read_chunks("nothing"))


def test_presigned_addresses_carry_the_key(objects: ObjectStore) -> None:
    url = objects.presign_get("jobs/1/outputs/a.png", filename="a.png", media_type="image/png", seconds=60)
    assert "jobs/1/outputs/a.png" in url
    head = objects.presign_head("jobs/1/outputs/a.png", filename="a.png", media_type="image/png", seconds=60)
    assert "jobs/1/outputs/a.png" in head
    assert head != url
    form = objects.presign_post("uploads/t/1", media_type="application/pdf", max_bytes=10, seconds=60)
    assert form["fields"]["key"] == "uploads/t/1"
    assert form["fields"]["Content-Type"] == "application/pdf"


def test_a_copy_has_the_content_and_the_type(objects: ObjectStore) -> None:
    objects.put("jobs/1/outputs/model", b"one", "application/x-model")
    objects.copy("jobs/1/outputs/model", "models/t/1")
    objects.delete("jobs/1/outputs/model")
    assert objects.read("models/t/1") == b"one"
    assert objects.head("models/t/1") == StoredObject("models/t/1", 3, "application/x-model")
    with pytest.raises(NotFound):
        objects.copy("jobs/1/outputs/model", "models/t/2")


@pytest.mark.parametrize("backend", ["memory", "emulator"], indirect=True)  # moto ignores CopySourceIfMatch
def test_a_copy_is_of_the_object_that_was_looked_at(objects: ObjectStore) -> None:
    objects.put("upload", b"one", "text/plain")
    looked_at = objects.head("upload")
    assert looked_at
    objects.copy("upload", "later/1/input", etag=looked_at.etag)
    objects.put("upload", b"two", "text/plain")
    with pytest.raises(ObjectChanged):
        objects.copy("upload", "later/2/input", etag=looked_at.etag)
    assert objects.read("later/1/input") == b"one"
    assert objects.head("later/2/input") is None


@pytest.mark.parametrize("size", [20, 9 * 1024 * 1024], ids=["one request", "by ranges"])
def test_an_object_is_read_while_it_is_the_one_that_was_looked_at(
    objects: ObjectStore, tmp_path: Path, size: int
) -> None:
    objects.put("upload", b"a" * size, "text/plain")
    seen = objects.head("upload")
    assert seen is not None
    assert seen.etag is not None
    objects.put("upload", b"b" * size, "text/plain")
    with pytest.raises(ObjectChanged):
        objects.download("upload", tmp_path / "copy", etag=seen.etag)
    assert not (tmp_path / "copy").exists()
    with pytest.raises(ObjectChanged):
        objects.read_beginning("upload", 4, etag=seen.etag)
    objects.put("upload", b"a" * size, "text/plain")
    objects.download("upload", tmp_path / "copy", etag=seen.etag)
    assert (tmp_path / "copy").stat().st_size == size
    assert objects.read_beginning("upload", 4, etag=seen.etag) == b"aaaa"


def test_an_object_that_is_gone_is_missing_and_not_changed(objects: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        objects.download("nothing", tmp_path / "nothing", etag='"0"')
    with pytest.raises(NotFound):
        objects.read_beginning("nothing", 4, etag='"0"')


def test_all_objects_below_a_prefix_are_deleted_and_no_others(objects: ObjectStore) -> None:
    for number in range(12):
        objects.put(f"jobs/1/outputs/{number}", b"x", "text/plain")
    for other in ("jobs/10/input", "jobs/2/input", "uploads/jobs/1/"):
        objects.put(other, b"x", "text/plain")
    objects.delete_below("jobs/1/")
    objects.delete_below("jobs/1/")
    assert [objects.head(f"jobs/1/outputs/{number}") for number in range(12)] == [None] * 12
    assert all(objects.head(other) for other in ("jobs/10/input", "jobs/2/input", "uploads/jobs/1/"))


@pytest.mark.parametrize("size", [0, 20, CHUNK_BYTES, 2 * CHUNK_BYTES + 5])
def test_a_stream_is_stored_and_read_by_chunks(objects: ObjectStore, size: int) -> None:
    content = os.urandom(size)
    pieces = (content[start : start + 3_000_001] for start in range(0, size, 3_000_001))
    assert objects.put_chunks("jobs/1/outputs/all.zip", pieces, "application/zip") == size
    assert objects.head("jobs/1/outputs/all.zip") == StoredObject(
        "jobs/1/outputs/all.zip", size, "application/zip"
    )
    chunks = list(objects.read_chunks("jobs/1/outputs/all.zip"))
    assert b"".join(chunks) == content
    assert all(0 < len(chunk) <= CHUNK_BYTES for chunk in chunks)


@pytest.mark.parametrize("size", [20, 2 * CHUNK_BYTES], ids=["one request", "in parts"])
def test_of_a_stream_that_breaks_nothing_is_left(objects: ObjectStore, size: int) -> None:
    def break_off() -> Iterator[bytes]:
        yield bytes(size)
        raise Canceled

    with pytest.raises(Canceled):
        objects.put_chunks("jobs/1/outputs/all.zip", break_off(), "application/zip")
    assert objects.head("jobs/1/outputs/all.zip") is None


def test_chunks_are_those_of_one_object(objects: ObjectStore) -> None:
    with pytest.raises(NotFound):
        next(objects.read_chunks("nothing"))
    objects.put("key", b"a" * (CHUNK_BYTES + 1), "text/plain")
    chunks = objects.read_chunks("key")
    next(chunks)
    objects.put("key", b"b" * (CHUNK_BYTES + 1), "text/plain")
    with pytest.raises(ObjectChanged):
        next(chunks)
