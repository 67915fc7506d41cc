"""Uploads of many files: a few at a time, while more are added."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore, Lock

MAX_CONCURRENT = 4
MAX_WAITING = 16
"""How many files are taken before the first of them is sent: their content may be in memory."""


class UploadPool:
    """`on_sent` is called with the number of files that are sent."""

    def __init__(self, on_sent: Callable[[int], None] | None = None) -> None:
        self._threads = ThreadPoolExecutor(MAX_CONCURRENT)
        self._room = BoundedSemaphore(MAX_WAITING)
        self._on_sent = on_sent
        self._lock = Lock()
        self._sent = 0
        self._failed: BaseException | None = None

    def start(self, upload: Callable[[], str]) -> Future[str]:
        """Return the coming result of the upload. Wait for room. Raise what an earlier upload has raised."""
        self._room.acquire()
        if self._failed is not None:
            self._room.release()
            raise self._failed
        started = self._threads.submit(upload)
        started.add_done_callback(self._note)
        return started

    def close(self, *, wait: bool) -> None:
        """Begin no other upload. `wait` for those that are being sent."""
        self._threads.shutdown(wait=wait, cancel_futures=True)

    def _note(self, ended: Future[str]) -> None:
        fault = None if ended.cancelled() else ended.exception()
        self._failed = self._failed or fault
        self._room.release()
        if ended.cancelled() or fault:
            return
        with self._lock:
            self._sent += 1
            if self._on_sent:
                self._on_sent(self._sent)
