"""Small files are read while those before them are sent: each read mostly waits for the store."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from archive.zip_file import Entry

THREADS = 8
"""Fewer than the connections that a client of S3 keeps open."""
AHEAD = 2 * THREADS
SMALL_BYTES = 1_000_000
"""A larger file is read piece by piece when its turn comes. So 16 MB are in memory at most."""


def read_ahead(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the entries in their order. Each must be read before the next one is asked for."""
    pool = ThreadPoolExecutor(THREADS)
    waiting: deque[Entry] = deque()
    try:
        for entry in entries:
            waiting.append(_start(pool, entry) if entry.size <= SMALL_BYTES else entry)
            if len(waiting) > AHEAD:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _start(pool: ThreadPoolExecutor, entry: Entry) -> Entry:
    """Return the entry with a read that takes what is read already, or raises what that raised."""
    content: Future[bytes] = pool.submit(lambda: b"".join(entry.read()))
    return replace(entry, read=lambda: iter([content.result()]))
