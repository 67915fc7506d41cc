"""The port of the object store: inputs, outputs and manifests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True)
class Stored:
    """An object as the store describes it."""

    key: str
    bytes: int
    media_type: str


class ObjectStore(Protocol):
    def put(self, key: str, source: bytes | Path, media_type: str) -> None: ...
    def read(self, key: str) -> bytes:
        """NotFound if there is none."""

    def download(self, key: str, path: Path) -> None:
        """NotFound if there is none."""

    def head(self, key: str) -> Stored | None: ...
    def beginning(self, key: str, length: int) -> bytes:
        """The first bytes; NotFound if there is none."""

    def delete(self, key: str) -> None: ...
    def presign_get(self, key: str, *, filename: str, media_type: str, seconds: int) -> str: ...
    def presign_post(self, key: str, *, media_type: str, max_bytes: int, seconds: int) -> dict[str, Any]:
        """`{"url": …, "fields": {…}}` for a form upload; the store itself refuses more than `max_bytes`."""
