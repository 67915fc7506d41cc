"""Sends the parts of a file to the store: several at a time, each with retries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import httpx

from heavylift_client.errors import ClientError, Problem
from heavylift_client.transport import send_request
from heavylift_client.types import UploadPart

MAX_CONCURRENT = 4
FORBIDDEN = 403

OnUpload = Callable[[int, int], None]
"""Is called with the number of bytes that the store has, and the size of the file."""


@dataclass
class PartSender:
    store: httpx.Client
    file: Path
    part_bytes: int
    renew: Callable[[int], str]
    """Returns a new URL for a part. The old one may have ended."""
    on_upload: OnUpload | None = None
    size: int = field(init=False)
    stored: int = 0
    """How many bytes the store has."""

    def __post_init__(self) -> None:
        self.size = self.file.stat().st_size
        self._lock = Lock()

    def send_all(self, parts: Iterable[UploadPart]) -> None:
        """Send the parts that are not stored. Raises Problem, Unreachable, ClientError."""
        pool = ThreadPoolExecutor(MAX_CONCURRENT)
        try:
            for _ in pool.map(self._send, parts):
                pass
        finally:
            pool.shutdown(cancel_futures=True)

    def _send(self, part: UploadPart) -> None:
        if not part["stored"]:
            content = self._read(part)
            try:
                self._put(part["url"], content)
            except Problem as refused:
                if refused.status != FORBIDDEN:
                    raise
                self._put(self.renew(part["number"]), content)
        with self._lock:
            self.stored += part["bytes"]
            if self.on_upload:
                self.on_upload(self.stored, self.size)

    def _read(self, part: UploadPart) -> bytes:
        with self.file.open("rb") as opened:
            opened.seek((part["number"] - 1) * self.part_bytes)
            content = opened.read(part["bytes"])
        if len(content) != part["bytes"]:
            raise ClientError(f"{self.file.name} became shorter while it was sent")
        return content

    def _put(self, url: str, content: bytes) -> None:
        send_request(self.store, "PUT", url, server="store", content=content)
