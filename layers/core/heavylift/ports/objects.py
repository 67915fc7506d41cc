"""The port of the object store: inputs, outputs and manifests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from heavylift.errors import HeavyliftError
from heavylift.ports.uploads import PartedUploads

CHUNK_BYTES = 8 * 1024 * 1024
"""How much of a streamed object is read, or sent, at a time."""


@dataclass(frozen=True)
class StoredObject:
    """An object's key, size and media type."""

    key: str
    bytes: int
    media_type: str
    etag: str | None = field(default=None, compare=False)
    """Changes with the content. None where it is not known."""


class ObjectChanged(HeavyliftError):
    """The object's content is not the one whose `etag` the caller has."""


class ObjectStore(PartedUploads, Protocol):
    def put(self, key: str, source: bytes | Path, media_type: str) -> None: ...
    def read(self, key: str) -> bytes:
        """Return the object's content. Raises NotFound."""

    def download(self, key: str, path: Path, *, etag: str | None = None) -> None:
        """Write the content to `path`. Raises NotFound, or ObjectChanged if it has another `etag`."""

    def read_chunks(self, key: str) -> Iterator[bytes]:
        """Yield the content, at most `CHUNK_BYTES` at a time.

        Raises NotFound, and ObjectChanged if the object is replaced meanwhile.
        """

    def put_chunks(self, key: str, chunks: Iterable[bytes], media_type: str) -> int:
        """Store what `chunks` yields, without a copy of all of it. Return its size.

        The object appears when it is complete. If `chunks` raises, nothing is left of it.
        """

    def head(self, key: str) -> StoredObject | None:
        """Return the object's description, or None if there is no such object."""

    def read_beginning(self, key: str, length: int, *, etag: str | None = None) -> bytes:
        """Return the object's first `length` bytes. Raises NotFound and ObjectChanged, as `download`."""

    def copy(self, source: str, key: str, *, etag: str | None = None) -> None:
        """Copy an object, with its media type, to `key`. Raises NotFound and ObjectChanged, as `download`."""

    def delete(self, key: str) -> None: ...
    def delete_below(self, prefix: str) -> None:
        """Delete every object whose key begins with `prefix`."""

    def presign_get(self, key: str, *, filename: str, media_type: str, seconds: int) -> str: ...
    def presign_head(self, key: str, *, filename: str, media_type: str, seconds: int) -> str:
        """Return a url for HEAD. A signature holds for one method."""

    def signed_until(self, wanted_until: float) -> float:
        """Return when a url that is signed now for use until `wanted_until` ends; both in seconds since 1970.

        A url ends with the credentials that signed it, which may be earlier.
        """

    def presign_post(self, key: str, *, media_type: str, max_bytes: int, seconds: int) -> dict[str, Any]:
        """Return `{"url": …, "fields": {…}}` for a form upload. The store refuses more than `max_bytes`."""
