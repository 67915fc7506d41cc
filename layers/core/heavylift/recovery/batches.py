"""The janitor's part in batches: it counts ends that the stream has lost, and goes on cancelling."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from heavylift.job_store.batch_counts import count_end
from heavylift.job_store.load import load_job
from heavylift.jobs import batches
from heavylift.jobs.batches import STOPPING_PARTITIONS, UNCOUNTED_PARTITIONS
from heavylift.jobs.job import JOB_PREFIX, Job
from heavylift.ports.queue import Message
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Item
from heavylift.recovery.due import act_on_due

STOP_PAUSE_S = 300.0


@dataclass(frozen=True)
class BatchSweep:
    system: System
    ends_at: float
    counts: Counter[str] = field(default_factory=Counter)
    """Counts of what was done, by metric."""

    def run(self) -> Counter[str]:
        """Act on what is due, until time or capacity runs out: the next run continues."""
        for partitions, act in ((UNCOUNTED_PARTITIONS, self._count), (STOPPING_PARTITIONS, self._stop)):
            act_on_due(self.system, partitions, act, ends_at=self.ends_at, counts=self.counts)
        return self.counts

    def _count(self, item: Item, _partition: str) -> None:
        job = self._load(item)
        if job is not None:
            self.counts["BatchEndsRecovered"] += count_end(self.system, job)

    def _stop(self, item: Item, _partition: str) -> None:
        batch, now = self._load(item), self.system.clock.now()
        if batch is None or not batch.ended:
            return  # it has expired or runs again; the index is eventually consistent
        turn = batches.put_off_stop(batch, expected_check_at=item["check_at"], check_at=now + STOP_PAUSE_S)
        try:
            self.system.table.update(turn)
        except ConditionFailed:
            return  # another janitor has the turn
        self.system.queue.send(batch.queue, Message(batch.id), group=batch.tenant)
        self.counts["BatchStopsSent"] += 1

    def _load(self, item: Item) -> Job | None:
        return load_job(self.system.table, item["pk"].removeprefix(JOB_PREFIX))
