"""The port of uploads in parts: the contract of every implementation."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests  # type: ignore[import-untyped]

from heavylift.adapters.memory.objects import MemoryObjects
from heavylift.errors import NotFound
from heavylift.ports.objects import ObjectStore, StoredObject
from heavylift.ports.uploads import MIN_PART_BYTES, UploadedPart

KEY = "uploads/t/1"
FIRST, LAST = b"a" * MIN_PART_BYTES, b"the end"


def send(objects: ObjectStore, upload: str, number: int, content: bytes) -> None:
    """Send a part as a client does."""
    url = objects.presign_part(KEY, upload, number, size=len(content), seconds=60)
    if isinstance(objects, MemoryObjects):
        objects.receive_part(KEY, upload, number, content)
    else:
        requests.put(url, content, timeout=30).raise_for_status()


def test_an_object_is_made_of_its_parts_in_order(objects: ObjectStore) -> None:
    upload = objects.begin_upload(KEY, "application/pdf")
    assert objects.list_parts(KEY, upload) == []
    send(objects, upload, 2, LAST)
    send(objects, upload, 1, b"b" * MIN_PART_BYTES)
    send(objects, upload, 1, FIRST)
    parts = objects.list_parts(KEY, upload)
    assert [(part.number, part.bytes) for part in parts] == [(1, MIN_PART_BYTES), (2, len(LAST))]
    assert objects.head(KEY) is None
    objects.complete_upload(KEY, upload, parts)
    assert objects.read(KEY) == FIRST + LAST
    assert objects.head(KEY) == StoredObject(KEY, len(FIRST + LAST), "application/pdf")


def test_an_upload_that_is_completed_is_not_open(objects: ObjectStore) -> None:
    upload = objects.begin_upload(KEY, "application/pdf")
    send(objects, upload, 1, LAST)
    parts = objects.list_parts(KEY, upload)
    objects.complete_upload(KEY, upload, parts)
    with pytest.raises(NotFound):
        objects.list_parts(KEY, upload)
    objects.abort_upload(KEY, upload)
    assert objects.read(KEY) == LAST


def test_an_aborted_upload_leaves_nothing(objects: ObjectStore, request: pytest.FixtureRequest) -> None:
    upload = objects.begin_upload(KEY, "application/pdf")
    send(objects, upload, 1, LAST)
    objects.abort_upload(KEY, upload)
    objects.abort_upload(KEY, upload)
    with pytest.raises(NotFound):
        objects.list_parts(KEY, upload)
    if request.node.callspec.params["backend"] != "moto":  # which fails with a KeyError of its own
        with pytest.raises(NotFound):
            objects.complete_upload(KEY, upload, [UploadedPart(1, len(LAST), '"0"')])
    assert objects.head(KEY) is None


def test_the_url_of_a_part_holds_for_its_number_and_size(objects: ObjectStore) -> None:
    upload = objects.begin_upload(KEY, "application/pdf")
    urls = [objects.presign_part(KEY, upload, number, size=7, seconds=60) for number in (1, 2)]
    assert urls[0] != urls[1]
    assert all(KEY in url for url in urls)
    if not isinstance(objects, MemoryObjects):
        signed = parse_qs(urlsplit(urls[0]).query)["X-Amz-SignedHeaders"]
        assert signed == ["content-length;host"]
