"""A zip as a stream: it is never whole in memory or on a disk."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FIRST_YEAR = 1980
"""Zips know no earlier time."""
FAST, STORED = 1, 0
"""Levels of deflate. The worker has a third of a processor, so text is compressed at the fastest level.

Level 0 stores, in blocks that say where they end: some programs refuse a zip that is read as a stream if its
files are stored without them.
"""
LARGE_BYTES = 2**31 - 2**28
"""From this size on a file needs zip64."""
TEXT_TYPES = ("application/json", "application/xml", "application/x-ndjson", "image/svg+xml")


@dataclass(frozen=True)
class Entry:
    """A file of the zip."""

    name: str
    size: int
    """In bytes."""
    media_type: str
    changed_at: float
    """Seconds since 1970, UTC."""
    read: Callable[[], Iterator[bytes]]


class _Sink:
    """A file that can't seek. It keeps what was written until it is taken."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, content: bytes) -> int:
        self._written.append(bytes(content))
        return len(content)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        taken = b"".join(self._written)
        self._written.clear()
        return taken


def stream_zip(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield the bytes of a zip of these files. The same files always make the same bytes."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # write and flush are enough
        for entry in entries:
            with archive.open(_describe(entry), "w", force_zip64=entry.size > LARGE_BYTES) as file:
                for piece in entry.read():
                    file.write(piece)
                    yield sink.take()
            yield sink.take()
    yield sink.take()


def _describe(entry: Entry) -> ZipInfo:
    changed = time.gmtime(entry.changed_at)
    date = changed[:6] if changed.tm_year >= FIRST_YEAR else (FIRST_YEAR, 1, 1, 0, 0, 0)
    info = ZipInfo(entry.name, date)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    # Public as `compress_level` from Python 3.13 on; this name works there too.
    info._compresslevel = FAST if _is_text(entry.media_type) else STORED  # type: ignore[attr-defined]  # noqa: SLF001
    return info


def _is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type.partition(";")[0] in TEXT_TYPES
