"""The port of uploads in parts: a large file that a client sends by several requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

MIN_PART_BYTES = 5 * 1024 * 1024
"""S3 takes no smaller part, except as the last one."""
MAX_PARTS = 10_000


@dataclass(frozen=True)
class UploadedPart:
    """A part of an upload that the store has."""

    number: int
    """From 1."""
    bytes: int
    etag: str


class PartedUploads(Protocol):
    def begin_upload(self, key: str, media_type: str) -> str:
        """Begin an upload in parts of the object `key`. Return the store's id of the upload."""

    def presign_part(self, key: str, upload: str, number: int, *, size: int, seconds: int) -> str:
        """Return a url for the PUT of one part of exactly `size` bytes."""

    def list_parts(self, key: str, upload: str) -> list[UploadedPart]:
        """Return the parts that the store has, by number. Raises NotFound if the upload is not open."""

    def complete_upload(self, key: str, upload: str, parts: Sequence[UploadedPart]) -> None:
        """Make the object of these parts. Raises NotFound if the upload is not open."""

    def abort_upload(self, key: str, upload: str) -> None:
        """Delete the parts. An upload that is not open is left as it is."""
