"""The ObjectStore port in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from heavylift.adapters.memory.uploads import MemoryUploads, etag_of
from heavylift.errors import NotFound
from heavylift.ports.objects import CHUNK_BYTES, ObjectChanged, StoredObject


class MemoryObjects(MemoryUploads):
    def put(self, key: str, source: bytes | Path, media_type: str) -> None:
        self.objects[key] = (source if isinstance(source, bytes) else source.read_bytes(), media_type)

    def read(self, key: str) -> bytes:
        try:
            return self.objects[key][0]
        except KeyError:
            raise NotFound("The object does not exist.") from None

    def download(self, key: str, path: Path, *, etag: str | None = None) -> None:
        path.write_bytes(self._read(key, etag))

    def read_chunks(self, key: str) -> Iterator[bytes]:
        content = self.read(key)
        for start in range(0, len(content), CHUNK_BYTES):
            yield self._read(key, etag_of(content))[start : start + CHUNK_BYTES]

    def put_chunks(self, key: str, chunks: Iterable[bytes], media_type: str) -> int:
        content = b"".join(chunks)
        self.put(key, content, media_type)
        return len(content)

    def head(self, key: str) -> StoredObject | None:
        if key not in self.objects:
            return None
        content, media_type = self.objects[key]
        return StoredObject(key, len(content), media_type, etag_of(content))

    def read_beginning(self, key: str, length: int, *, etag: str | None = None) -> bytes:
        return self._read(key, etag)[:length]

    def _read(self, key: str, etag: str | None) -> bytes:
        content = self.read(key)
        if etag not in (None, etag_of(content)):
            raise ObjectChanged
        return content

    def copy(self, source: str, key: str, *, etag: str | None = None) -> None:
        self.objects[key] = (self._read(source, etag), self.objects[source][1])

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def delete_below(self, prefix: str) -> None:
        for key in [key for key in self.objects if key.startswith(prefix)]:
            self.delete(key)

    def signed_until(self, wanted_until: float) -> float:
        return wanted_until

    def presign_get(self, key: str, *, filename: str, media_type: str, seconds: int) -> str:
        return _sign(key, name=filename, type=media_type, expires=seconds, method="GET")

    def presign_head(self, key: str, *, filename: str, media_type: str, seconds: int) -> str:
        return _sign(key, name=filename, type=media_type, expires=seconds, method="HEAD")

    def presign_post(self, key: str, *, media_type: str, max_bytes: int, seconds: int) -> dict[str, Any]:
        fields = {"key": key, "Content-Type": media_type, "max": str(max_bytes), "expires": str(seconds)}
        return {"url": "memory:///", "fields": fields}


def _sign(key: str, **query: str | int) -> str:
    return f"memory:///{key}?{urlencode(query)}"
