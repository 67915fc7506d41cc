"""The janitor's part in callbacks and deliveries: a message for each whose next attempt is due."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from heavylift.job_store.load import load_job
from heavylift.jobs.job import JOB_PREFIX
from heavylift.ports.queue import JobQueue, Message
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Item
from heavylift.recovery.due import act_on_due
from heavylift.recovery.outputs import resume_delivery
from heavylift.webhooks.delivery_state import Callback
from heavylift.webhooks.output_delivery import REMINDER
from heavylift.webhooks.parking import CALLBACKS, PARKED_PARTITIONS, claim_turn, unpark


@dataclass(frozen=True)
class CallbackSweep:
    system: System
    queue: JobQueue
    """The queues with that of callbacks."""
    ends_at: float
    counts: Counter[str] = field(default_factory=Counter)
    """Counts of what was done, by metric."""

    def run(self) -> Counter[str]:
        """Send the messages that are due, until time or capacity runs out: the next run continues."""
        act_on_due(self.system, PARKED_PARTITIONS, self._resume, ends_at=self.ends_at, counts=self.counts)
        return self.counts

    def _resume(self, item: Item, partition: str) -> None:
        if item["sk"] == REMINDER:
            self.counts.update(resume_delivery(self.system, self.queue, item))
            return
        job, now = load_job(self.system.table, item["pk"].removeprefix(JOB_PREFIX)), self.system.clock.now()
        if job is None:
            return  # it has expired; the index is eventually consistent
        over = not job.ended or Callback.of(job).settled or job.gone_at <= now
        try:
            if over:
                self.system.table.update(unpark(job, partition))
                return
            self.system.table.update(claim_turn(job, partition, expected_check_at=item["check_at"], now=now))
        except ConditionFailed:
            return  # another janitor has the turn, or the job runs again
        self.queue.send(CALLBACKS, Message(job.id), group=job.tenant)
        self.counts["CallbacksResumed"] += 1
