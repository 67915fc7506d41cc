"""The janitor's part in jobs that run later: it queues those whose time comes, and ends waits that are over.

A message that the queue hides waits with a scheduled job for its last minutes. The stream frees a waiting job
within a second; this is behind it, for records that were lost.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from heavylift.errors import DeadlineExceeded
from heavylift.job_store.abandon import abandon_job
from heavylift.job_store.enqueue import enqueue
from heavylift.job_store.load import load_job
from heavylift.job_store.pauses import move_deadline
from heavylift.job_store.waiting import settle_wait
from heavylift.jobs import transitions
from heavylift.jobs.job import JOB_PREFIX, Job
from heavylift.jobs.later import LATER_PARTITIONS, approach
from heavylift.jobs.states import Phase
from heavylift.ports.queue import Message
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Item
from heavylift.recovery.due import act_on_due

FIRST_PAUSE_S = 30.0
MAX_PAUSE_S = 600.0


@dataclass(frozen=True)
class LaterSweep:
    system: System
    ends_at: float
    counts: Counter[str] = field(default_factory=Counter)
    """Counts of what was done, by metric."""

    def run(self) -> Counter[str]:
        """Check what is due, until time or capacity runs out: the next run continues."""
        act_on_due(self.system, LATER_PARTITIONS, self._check, ends_at=self.ends_at, counts=self.counts)
        return self.counts

    def _check(self, item: Item, _partition: str) -> None:
        job = load_job(self.system.table, item["pk"].removeprefix(JOB_PREFIX))
        if job is None or job.ended:
            return  # the index is eventually consistent
        if job.phase == Phase.WAITING:
            self._check_wait(job, item["check_at"])
        elif job.phase == Phase.SCHEDULED:
            self._queue(job, item["check_at"])

    def _check_wait(self, job: Job, check_at: float) -> None:
        if not settle_wait(self.system, job):
            self.counts["WaitsEnded"] += 1
            return
        now = self.system.clock.now()
        pause = min(MAX_PAUSE_S, max(FIRST_PAUSE_S, now - job.updated_at))
        next_at = min(now + pause, max(job.waits_until or 0, now + 1))
        turn = transitions.rescue(job, expected_check_at=check_at, check_at=next_at, now=now, counts=False)
        try:
            self.system.table.update(turn)
        except ConditionFailed:
            return  # another janitor has looked

    def _queue(self, job: Job, check_at: float) -> None:
        now = self.system.clock.now()
        if job.deadline <= now:
            job = move_deadline(self.system, job)
        if job.deadline <= now:
            late = DeadlineExceeded("The job did not finish by its deadline.")
            self.counts["JobsExpired"] += abandon_job(self.system, job, late)
            return
        try:
            self.system.table.update(approach(job, expected_check_at=check_at))
        except ConditionFailed:
            return  # another janitor has queued it, or it was canceled
        enqueue(self.system, job, [Message(job.id)], delay_s=max(0.0, (job.run_at or 0) - now))
        self.counts["ScheduledJobsQueued"] += 1
