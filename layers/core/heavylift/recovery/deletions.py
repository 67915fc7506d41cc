"""The janitor's part in deletions: it finishes what was cut off, and deletes what late workers stored.

It deletes the jobs whose `expire_in` is over, too.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from heavylift.job_store.bury import bury
from heavylift.job_store.erase import erase
from heavylift.job_store.load import load_job
from heavylift.jobs import expiry
from heavylift.jobs.deletion import DELETED_PARTITIONS
from heavylift.jobs.job import JOB_PREFIX
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Item
from heavylift.recovery.due import act_on_due


@dataclass(frozen=True)
class DeletionSweep:
    system: System
    ends_at: float
    counts: Counter[str] = field(default_factory=Counter)
    """Counts of what was done, by metric."""

    def run(self) -> Counter[str]:
        """Erase what is due, until time or capacity runs out: the next run continues."""
        act_on_due(self.system, DELETED_PARTITIONS, self._act, ends_at=self.ends_at, counts=self.counts)
        return self.counts

    def _act(self, item: Item, partition: str) -> None:
        if item["sk"] == expiry.EXPIRY:
            self._expire(item)
        else:
            self._erase(item, partition)

    def _expire(self, item: Item) -> None:
        """Delete the job if its time is over, else look again when it is."""
        job, now = load_job(self.system.table, item["pk"].removeprefix(JOB_PREFIX)), self.system.clock.now()
        try:
            if job is None or job.deleted_at is not None:
                self.system.table.update(expiry.stop_looking(item))
            elif not job.ended or job.gone_at > now:
                self.system.table.update(expiry.look_again(item, job, now=now))
            else:
                erase(self.system, bury(self.system, job))
                self.counts["JobsExpiredEarly"] += 1
                self.system.table.update(expiry.stop_looking(item))
        except ConditionFailed:
            return  # another janitor has looked, or the job was retried or deleted: the next run looks

    def _erase(self, item: Item, _partition: str) -> None:
        job = load_job(self.system.table, item["pk"].removeprefix(JOB_PREFIX))
        if job is None or job.deleted_at is None:
            return  # it has expired; the index is eventually consistent
        erase(self.system, job)
        self.counts["DeletionsFinished"] += 1
