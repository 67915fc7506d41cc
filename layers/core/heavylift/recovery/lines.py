"""The lines of jobs that wait in busy queues, and whether messages are missing there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from heavylift.jobs.job import OPEN_SHARDS, Job, open_partition
from heavylift.jobs.states import Phase
from heavylift.ports.lanes import worker_of
from heavylift.ports.system import System
from heavylift.ports.table import OPEN, Item, read_pages
from heavylift.tasks.registry import TASKS

MIN_WAIT_S = 900.0
"""Before this time a wait in a busy queue needs no other explanation than the line."""
PAGE_SIZE = 1000


@dataclass
class Line:
    """A queue's line. With fewer messages than open jobs and parts, some are lost: of jobs overtaken."""

    missing: int
    fronts: dict[str, float]
    """By tenant: when the youngest of its jobs that workers have begun was created."""

    def is_missing(self, job: Job) -> bool:
        """Return whether the job's message is probably lost: some are, and a younger job has begun."""
        return self.missing > 0 and queued_at(job) < self.fronts.get(job.tenant, 0.0)


def queued_at(job: Job) -> float:
    """Return since when the job can have been in its queue. A scheduled job's message is hidden at first."""
    return max(job.updated_at, job.run_at or 0)


@dataclass
class Lines:
    """The queues' lines as one sweep sees them. Each is read once, when it is first needed."""

    system: System
    _busy: dict[str, bool] = field(default_factory=dict)
    _lines: dict[str, Line] = field(default_factory=dict)

    def is_busy(self, queue: str) -> bool:
        if queue not in self._busy:
            self._busy[queue] = self.system.queue.get_depth(queue).visible > 0
        return self._busy[queue]

    def explain_wait(self, job: Job) -> bool:
        """Return whether the line explains why a queued job, or a part of a job, has not run yet."""
        if job.unsent or not self.is_busy(job.queue):
            return False
        waited = self.system.clock.now() - queued_at(job)
        return waited < MIN_WAIT_S or not self._get_line(job.queue).is_missing(job)

    def replace_one(self, queue: str) -> None:
        """Count a message that was sent again to the queue."""
        if queue in self._lines:
            self._lines[queue].missing -= 1

    def _get_line(self, queue: str) -> Line:
        if queue not in self._lines:
            self._lines[queue] = self._read(queue)
        return self._lines[queue]

    def _read(self, queue: str) -> Line:
        open_units, fronts = 0, dict[str, float]()
        for item in self._find_open(queue):
            parts = item.get("parts_open") or 0
            open_units += parts or 1
            if item["phase"] == Phase.RUNNING or parts:
                began = Job.of(item).ready_at
                fronts[item["tenant"]] = max(began, fronts.get(item["tenant"], 0.0))
        # Asked again, after the jobs were read: a message that has come since then makes none look lost.
        depth = self.system.queue.get_depth(queue)
        return Line(open_units - depth.visible - depth.in_flight - depth.delayed, fronts)

    def _find_open(self, queue: str) -> Iterator[Item]:
        names = [
            open_partition(spec.name, shard)
            for spec in TASKS.values()
            if spec.queue == worker_of(queue)
            for shard in range(OPEN_SHARDS)
        ]
        for name in names:
            for page in read_pages(self.system.table, OPEN, name, limit=PAGE_SIZE):
                yield from (item for item in page.items if item["queue"] == queue)
