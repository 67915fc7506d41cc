"""Batches in seeded histories: calls that fail or lose their answers, lost and repeated records of the
stream, a maker that dies, a client that cancels and retries."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from heavylift.errors import Conflict, Throttled
from heavylift.job_store import batch_counts
from heavylift.job_store.batch_counts import count_end, load_counts
from heavylift.jobs import batches
from heavylift.jobs.batches import COUNTERS
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.table import Change, Write
from heavylift.service.control import cancel, retry
from tests.support.batch_world import BULK, BatchWorld, StreamedTable

SEEDS = range(int(os.environ.get("CHAOS_HISTORIES", "160")) // 8)
ITEMS = 30


class Broken(ConnectionError):
    """A call that did not arrive, or whose answer was lost."""


class BrokenTable(StreamedTable):
    """Fails at random, before a write or after it."""

    def __init__(self) -> None:
        super().__init__()
        self.random, self.share = Random(0), 0.0

    def update(self, change: Change) -> dict[str, Any]:
        with self._trouble():
            return super().update(change)

    def transact(self, *writes: Write) -> None:
        with self._trouble():
            super().transact(*writes)

    @contextlib.contextmanager
    def _trouble(self) -> Iterator[None]:
        if self.random.random() < self.share:
            raise Broken
        yield
        if self.random.random() < self.share:
            raise Broken


class History:
    def __init__(self, seed: int, patch: pytest.MonkeyPatch) -> None:
        self.random = Random(seed)
        self.table = BrokenTable()
        self.world = BatchWorld(patch, self.table)
        self.table.random = self.random
        stop = self.random.random() < 0.2
        items = [self.world.item() for _ in range(ITEMS)]
        self.batch = self.world.submit_batch(items, on_failure="stop" if stop else "continue")
        self.world.lost = lambda _job: self.random.random() < 0.2
        self.world.task.before = self._fail_sometimes
        self.table.share = self.random.choice((0.0, 0.02, 0.08))

    def play(self) -> None:
        acts: tuple[Callable[[], object], ...] = (
            *[self.world.make_once] * 3,
            *[lambda: self.world.work_once(BULK)] * 12,
            *[self.world.pass_stream] * 6,
            self._repeat_stream,
            self._sweep,
            self._act_on_batch,
            self._act_on_job,
        )
        for _ in range(self.random.randint(20, 200)):
            with contextlib.suppress(Broken, Conflict, Throttled):
                self.random.choice(acts)()
        self.table.share = 0.0
        self.world.task.before = lambda _number: None
        ended = self.world.finish(self.batch)
        self._check(ended)
        if ended.status != "DONE":
            retry(self.world.system, ended)
            self._check(self.world.finish(self.batch), cured=True)

    def _fail_sometimes(self, _number: int) -> None:
        if self.random.random() < 0.1:
            raise ValueError

    def _repeat_stream(self) -> None:
        for job in self.world.children(self.batch):
            if job.ended and self.random.random() < 0.3:
                count_end(self.world.system, job)

    def _sweep(self) -> None:
        self.world.clock.sleep(self.random.uniform(1, 90))
        self.world.sweep()

    def _act_on_batch(self) -> None:
        if self.random.random() < 0.2:
            batch = self.world.job(self.batch)
            (retry if batch.ended else cancel)(self.world.system, batch)

    def _act_on_job(self) -> None:
        jobs = self.world.children(self.batch)
        if jobs:
            job = self.random.choice(jobs)
            (retry if job.status in ("FAILED", "CANCELED") else cancel)(self.world.system, job)

    def _check(self, ended: Job, *, cured: bool = False) -> None:
        jobs = self.world.children(self.batch)
        counts = load_counts(self.world.table, self.batch.id)
        statuses = [job.status for job in jobs]
        assert ended.ended
        assert all(job.ended for job in jobs), statuses
        counted = (counts.done, counts.failed, counts.canceled)
        assert counted == tuple(
            statuses.count(each) for each in (Status.DONE, Status.FAILED, Status.CANCELED)
        )
        if ended.status == "DONE":
            assert statuses == ["DONE"] * ITEMS
        if cured:
            assert ended.status == "DONE", (ended.error, statuses)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_batch_ends_and_every_end_is_counted_once(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    History(seed, monkeypatch).play()


def forget_the_marker(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(batches, "mark_counted", lambda job: Change(job.key, set={"updated_at": job.updated_at}))


def keep_the_count_of_a_retried_job(patch: pytest.MonkeyPatch) -> None:
    nowhere = batches.counter_key("no batch", COUNTERS)
    patch.setattr(batches, "uncount", lambda _job: Change(nowhere, upsert=True))


def end_with_the_first_full_counter(patch: pytest.MonkeyPatch) -> None:
    counts = batches.Counts(done=ITEMS)
    patch.setattr(batch_counts, "load_counts", lambda *_: counts)


@pytest.mark.parametrize(
    "break_it", [forget_the_marker, keep_the_count_of_a_retried_job, end_with_the_first_full_counter]
)
def test_a_broken_rule_is_found(
    break_it: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    break_it(monkeypatch)
    for seed in SEEDS:
        try:
            History(seed, monkeypatch).play()
        except AssertionError:
            return
    pytest.fail("no history found it")
