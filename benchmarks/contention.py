"""Ends of a batch's jobs that are counted at once, where two transactions on one item meet as on AWS."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from benchmarks.batch_stand import Maker, Stand, Workers, load
from heavylift.errors import Throttled
from heavylift.job_store.batch_counts import count_end
from heavylift.jobs import batches
from heavylift.jobs.batches import COUNTERS
from heavylift.jobs.job import Job
from heavylift.ports.system import System
from heavylift.service.batches import make

CONTENDED_JOBS = 1_000
TRANSACTION_S = 0.010
"""How long a transaction has its items on AWS, about."""


@dataclass
class Contention:
    """Refuses a transaction on an item that another one has, as DynamoDB does. Each takes `TRANSACTION_S`."""

    refused: int = 0
    begun: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _taken: set[str] = field(default_factory=set)
    _mine: threading.local = field(default_factory=threading.local)

    def attach(self, client: Any) -> None:
        client.meta.events.register("before-parameter-build.dynamodb.TransactWriteItems", self._keep_keys)
        client.meta.events.register("before-call.dynamodb.TransactWriteItems", self._begin)
        client.meta.events.register("after-call.dynamodb.TransactWriteItems", self._end)

    def _keep_keys(self, params: dict[str, Any], **_: Any) -> None:
        self._mine.keys = {str(each["Update"]["Key"]) for each in params["TransactItems"]}

    def _begin(self, **_: Any) -> Any:
        with self._lock:
            self.begun += 1
            self._mine.has = not self._taken & self._mine.keys
            if self._mine.has:
                self._taken |= self._mine.keys
            else:
                self.refused += 1
        if self._mine.has:
            time.sleep(TRANSACTION_S)
            return None
        error = {"Code": "TransactionCanceledException", "Message": "conflict"}
        reasons = [{"Code": "TransactionConflict"}] * 2
        return _Answer(400), {"Error": error, "CancellationReasons": reasons, "ResponseMetadata": {}}

    def _end(self, **_: Any) -> None:
        if self._mine.has:
            with self._lock:
                self._taken -= self._mine.keys


@dataclass
class _Answer:
    status_code: int
    headers: dict[str, str] = field(default_factory=dict)


def show_contention(stand: Stand, write: Callable[[str], object]) -> None:
    """Count the ends of a smaller batch by several threads, on one counter and on those that there are."""
    write(f"\n{CONTENDED_JOBS:,} ends, where two transactions on one item meet:\n\n")
    write(
        "| counters | threads | ends/s | refused, of 100 transactions | ends given up, to be sent again |\n"
    )
    write("|---|---|---|---|---|\n")
    for counters, threads in ((1, 8), (COUNTERS, 8), (COUNTERS, 40)):
        ended = _end_without_counting(stand)
        random.Random(1).shuffle(ended)
        contention = Contention()
        system = stand.system_with(contention)
        began = time.perf_counter()
        with (
            patch.object(batches, "counter_of", lambda position, of=counters: position % of),
            ThreadPoolExecutor(threads) as pool,
        ):
            counted = sum(pool.map(lambda job, on=system: _is_counted(on, job), ended))
        pace = counted / (time.perf_counter() - began)
        refused = 100 * contention.refused / contention.begun
        write(f"| {counters} | {threads} | {pace:,.0f} | {refused:.0f} | {CONTENDED_JOBS - counted} |\n")


def _is_counted(system: System, job: Job) -> bool:
    """Count an end. Return False if it was given up after many tries: the stream sends it again."""
    try:
        return count_end(system, job)
    except Throttled:
        return False


def _end_without_counting(stand: Stand) -> list[Job]:
    """Return the jobs of a new batch, all of which have ended and none of which is counted."""
    batch = stand.batch_of(CONTENDED_JOBS)
    with patch.object(make, "window_of", lambda *_: CONTENDED_JOBS + 1):
        Maker(stand.system, stand.queue).work()
    ran = [load(stand.system, job_id) for job_id in Workers(stand.system, stand.queue).run_all()]
    ended = [job for job in ran if job.batch_id == batch.id]
    assert len(ended) == CONTENDED_JOBS
    return ended
