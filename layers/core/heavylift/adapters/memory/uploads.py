"""Uploads in parts, in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from urllib.parse import urlencode

from heavylift.errors import NotFound
from heavylift.ports.uploads import UploadedPart


class MemoryUploads:
    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, str]] = {}
        self.uploads: dict[str, tuple[str, str, dict[int, bytes]]] = {}
        """By the upload's id: the key, the media type and the parts."""
        self._begun = 0

    def begin_upload(self, key: str, media_type: str) -> str:
        self._begun += 1
        upload = f"upload-{self._begun}"
        self.uploads[upload] = (key, media_type, {})
        return upload

    def presign_part(self, key: str, upload: str, number: int, *, size: int, seconds: int) -> str:
        query = {"upload": upload, "part": number, "bytes": size, "expires": seconds}
        return f"memory:///{key}?{urlencode(query)}"

    def receive_part(self, key: str, upload: str, number: int, content: bytes) -> None:
        """Store what a client sends to the url of a part. For tests."""
        self._open(key, upload)[2][number] = content

    def list_parts(self, key: str, upload: str) -> list[UploadedPart]:
        parts = self._open(key, upload)[2]
        return [UploadedPart(number, len(parts[number]), etag_of(parts[number])) for number in sorted(parts)]

    def complete_upload(self, key: str, upload: str, parts: Sequence[UploadedPart]) -> None:
        _, media_type, stored = self._open(key, upload)
        self.objects[key] = (b"".join(stored[part.number] for part in parts), media_type)
        del self.uploads[upload]

    def abort_upload(self, key: str, upload: str) -> None:
        if upload in self.uploads and self.uploads[upload][0] == key:
            del self.uploads[upload]

    def _open(self, key: str, upload: str) -> tuple[str, str, dict[int, bytes]]:
        found = self.uploads.get(upload)
        if found is None or found[0] != key:
            raise NotFound("The upload is not open.")
        return found


def etag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()}"'
