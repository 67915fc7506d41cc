"""The janitor's part in schedules: it finishes creations and deletions that were cut off."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from heavylift.job_store.schedules import finish_creation, finish_deletion, load_schedule
from heavylift.jobs.schedules import Schedule, unfinished_partition
from heavylift.ports.scheduler import Scheduler
from heavylift.ports.system import System
from heavylift.ports.table import Item
from heavylift.recovery.due import act_on_due


@dataclass(frozen=True)
class ScheduleSweep:
    system: System
    scheduler: Scheduler
    ends_at: float
    counts: Counter[str] = field(default_factory=Counter)
    """Counts of what was done, by metric."""

    def run(self) -> Counter[str]:
        partitions = [unfinished_partition(0)]
        act_on_due(self.system, partitions, self._finish, ends_at=self.ends_at, counts=self.counts)
        return self.counts

    def _finish(self, item: Item, _partition: str) -> None:
        found = Schedule.of(item)
        schedule = load_schedule(self.system.table, found.tenant, found.name)
        if schedule is None or schedule.id != found.id:
            return  # the index is eventually consistent
        finish = finish_creation if schedule.deleted_at is None else finish_deletion
        finish(self.system, self.scheduler, schedule)
        self.counts["SchedulesMended"] += 1
