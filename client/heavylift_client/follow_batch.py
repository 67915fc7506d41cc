"""Waiting for the jobs of a batch: each is yielded once it has ended.

The counts of the batch are one request. Its jobs are listed only when the counts have changed, and of them
only the pages with an open job.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from heavylift_client.errors import JobFailed, StillRunning
from heavylift_client.follow import WAIT_S
from heavylift_client.types import Batch, Job

if TYPE_CHECKING:
    from heavylift_client.calls.batches import BatchCalls

PAUSE_S = 2.0
PAGES_A_SECOND = 5
"""How many pages of jobs are read in a second, at most about."""


def follow_batch(
    client: BatchCalls,
    batch_id: str,
    timeout_s: float | None,
    on_change: Callable[[Batch], None] | None,
    on_job: Callable[[Job], Any],
) -> Iterator[Job]:
    """Yield each job of the batch once it has ended. `on_job` is called with each in their order.

    Raises StillRunning after `timeout_s`, JobFailed if the batch has failed before any job was made.
    """
    until = time.monotonic() + timeout_s if timeout_s is not None else float("inf")
    pages, counted, wait_s = _Pages(client, batch_id, on_job), -1, 0.0
    while True:
        batch = _look(client, batch_id, wait_s)
        if on_change:
            on_change(batch)
        finished = _is_finished(batch)
        before, counted = counted, _count_ended(batch)
        if counted != before or finished:
            yield from pages.read_ended()
        if finished and not pages.has_open_jobs:
            return
        left = until - time.monotonic()
        if left <= 0:
            raise StillRunning(batch, timeout_s or 0)
        wait_s = min(left, WAIT_S, PAUSE_S + pages.open / PAGES_A_SECOND)


def _look(client: BatchCalls, batch_id: str, wait_s: float) -> Batch:
    """Return the batch once it has ended, or after the wait. Where the API does not wait, pause."""
    until = time.monotonic() + wait_s
    batch = client.get_batch(batch_id, wait_s=round(wait_s))
    if batch["phase"] != "finished" or batch["jobs"]["open"]:
        time.sleep(max(0.0, min(1.0, until - time.monotonic())))
    return batch


def _is_finished(batch: Batch) -> bool:
    """Return whether the batch has ended. Raises JobFailed if it has failed without a job."""
    if batch["status"] == "FAILED" and not batch["jobs"]["made"]:
        raise JobFailed(batch)
    return batch["phase"] == "finished"


def _count_ended(batch: Batch) -> int:
    counts = batch["jobs"]
    return counts["done"] + counts["failed"] + counts["canceled"]


class _Pages:
    """The pages of a batch's jobs. One all of whose jobs have ended is not read again."""

    def __init__(self, client: BatchCalls, batch_id: str, on_job: Callable[[Job], Any]) -> None:
        self._client = client
        self._on_job = on_job
        self._yielded: set[str] = set()
        self.has_open_jobs = True
        self._batch_id = batch_id
        self._cursors: list[str | None] = [None]
        """Of the pages that are read next. The last one may grow: jobs are made while others run."""

    @property
    def open(self) -> int:
        return len(self._cursors)

    def read_ended(self) -> Iterator[Job]:
        """Yield the jobs that have ended since the last call."""
        self.has_open_jobs = False
        for job in self._read():
            self._on_job(job)
            if job["phase"] != "finished":
                self.has_open_jobs = True
            elif job["id"] not in self._yielded:
                self._yielded.add(job["id"])
                yield self._client.whole_job(job)

    def _read(self) -> Iterator[Job]:
        """Yield the jobs of all pages that had an open job before."""
        todo, left = list(self._cursors), []
        last = todo[-1]
        for cursor in todo:
            page = self._client.batch_page(self._batch_id, cursor)
            if page["next"] is None or any(job["phase"] != "finished" for job in page["items"]):
                left.append(cursor)
            if cursor == last and page["next"] is not None:
                last = page["next"]
                todo.append(last)  # the loop goes on with it
            yield from page["items"]
        self._cursors = left
