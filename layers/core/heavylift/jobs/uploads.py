"""Uploads in parts: what is known of one, and how its file is divided. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Self

from heavylift.ports.table import Change, Item, Key
from heavylift.ports.uploads import MAX_PARTS, UploadedPart

PART_BYTES = 16 * 1024 * 1024
"""The size of a part. A file that had too many of them has larger ones."""
OPEN_S = 24 * 3600
"""How long parts can be sent. Later the bucket's rule deletes those of an upload that was not completed."""


def upload_item_key(tenant: str, upload_id: str) -> Key:
    return Key(f"UPLOAD#{tenant}#{upload_id}", "UPLOAD")


@dataclass(frozen=True, kw_only=True)
class PartedUpload:
    pk: str
    sk: str
    store_id: str
    """The store's own id of the upload."""
    bytes: int
    part_bytes: int
    media_type: str
    ends_at: int
    """Until when parts can be sent, in seconds since 1970."""
    expires_at: int
    """When the record may be removed."""
    deleted_at: float | None = None

    @classmethod
    def of(cls, item: Item) -> Self:
        return cls(**{each.name: item[each.name] for each in fields(cls) if each.name in item})

    @property
    def key(self) -> Key:
        return Key(self.pk, self.sk)

    @property
    def count(self) -> int:
        """How many parts the file has."""
        return -(-self.bytes // self.part_bytes)

    def size_of(self, number: int) -> int:
        """Return the size of a part, by its number from 1. The last one has the rest."""
        return min(self.part_bytes, self.bytes - (number - 1) * self.part_bytes)

    def find_missing(self, stored: Iterable[UploadedPart]) -> list[int]:
        """Return the numbers of the parts that the store does not have, or has with another size."""
        sizes = {part.number: part.bytes for part in stored}
        return [number for number in range(1, self.count + 1) if sizes.get(number) != self.size_of(number)]


def to_item(upload: PartedUpload) -> Item:
    """Return the item of a new upload."""
    return {name: value for name, value in asdict(upload).items() if value is not None}


def choose_part_bytes(size: int) -> int:
    """Return the size of the parts of a file of `size` bytes."""
    megabyte = 1024 * 1024
    return max(PART_BYTES, -(-size // (MAX_PARTS * megabyte)) * megabyte)


def mark_deleted(upload: PartedUpload, *, now: float) -> Change:
    """Record that the client deleted the upload: no more urls are given for it."""
    return Change(upload.key, set={"deleted_at": now})
