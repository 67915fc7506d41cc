"""The janitor: brings every open job to an end that nobody is working on.

It looks at the open index in the order of `check_at`; every write of an open job says when that is.
Its own turn at a job is a conditional write, so any number of janitors may run at once.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from heavylift import transitions
from heavylift.errors import DeadlineExceeded, HeavyliftError, WorkerLost
from heavylift.failures import attempts_lost, problem
from heavylift.fanout import parts_of
from heavylift.job import OPEN_SHARDS, Job, Part, Phase, open_partition
from heavylift.message import Message
from heavylift.run_job import give_up
from heavylift.system import System
from heavylift.table import OPEN, ConditionFailed, Item
from heavylift.tasks import TASKS

log = logging.getLogger(__name__)

RESERVE_S = 5.0
"""What is left of the invocation when the janitor stops; the next run goes on where it was."""
FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 900.0
LONG_IN_LINE_S = 900.0
"""After so long a message is taken for lost even though its queue is not empty."""


@dataclass
class Janitor:
    system: System
    ends_at: float
    counts: Counter[str] = field(default_factory=Counter)
    """What was done, by metric name."""

    def sweep(self) -> bool:
        """Look at every open job that is due; False if time ran out before the end."""
        for item in self._due():
            if self.system.clock.now() > self.ends_at - RESERVE_S:
                return False
            self._look_at(Job.of(item), item["check_at"])
        return True

    def _due(self) -> Iterator[Item]:
        now = self.system.clock.now()
        for task in TASKS:
            for shard in range(OPEN_SHARDS):
                cursor = None
                while True:
                    page = self.system.table.query(
                        OPEN, open_partition(task, shard), up_to=now, cursor=cursor
                    )
                    yield from page.items
                    cursor = page.cursor
                    if cursor is None:
                        break

    def _look_at(self, job: Job, check_at: float) -> None:
        now = self.system.clock.now()
        if job.deadline <= now:
            self._end(job, DeadlineExceeded("The job was not done by its deadline."), "JobsExpired")
        elif job.lease_until > now:
            return  # the index was a little behind: somebody has just claimed it
        elif job.parts_open:
            self._look_at_parts(job, check_at)
        elif job.phase == Phase.RUNNING and job.attempt >= job.max_attempts and not job.plan:
            self._end(job, WorkerLost("Its last worker stopped without a word."), "LeasesLost")
        else:
            self._send_again(job, job, check_at, Message(job.id))

    def _look_at_parts(self, job: Job, check_at: float) -> None:
        now = self.system.clock.now()
        if not self._my_turn(job, check_at, now + FIRST_PAUSE_S, counts=False):
            return
        for part in parts_of(self.system, job):
            if part.ended or part.lease_until > now or part.check_at > now:
                continue
            if part.phase == Phase.RUNNING and part.attempt >= part.max_attempts:
                self._end_part(job, part)
                return
            self._send_again(job, part, part.check_at, Message(job.id, part.id))

    def _send_again(self, job: Job, unit: Job | Part, check_at: float, message: Message) -> None:
        now = self.system.clock.now()
        lost_worker = unit.phase == Phase.RUNNING
        if not lost_worker and self._still_in_line(job, now):
            self._my_turn(unit, check_at, now + FIRST_PAUSE_S, counts=False)
            return
        pause = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0**unit.rescues)
        if self._my_turn(unit, check_at, now + pause, counts=True):
            self.counts["LeasesLost" if lost_worker else "MessagesLost"] += 1
            self.counts["JobsRescued"] += 1
            log.warning("put back into its queue", extra={"job_id": job.id, "part": message.part})
            self.system.queue.send(job.queue, message, group=job.tenant)

    def _still_in_line(self, job: Job, now: float) -> bool:
        """A busy queue explains a wait: sending more messages would only make it longer."""
        return now - job.updated_at < LONG_IN_LINE_S and self.system.queue.depth(job.queue).visible > 0

    def _my_turn(self, unit: Job | Part, seen: float, check_at: float, *, counts: bool) -> bool:
        change = transitions.rescue(unit, seen_check_at=seen, check_at=check_at, counts=counts)
        try:
            self.system.table.update(change)
        except ConditionFailed:
            return False
        return True

    def _end(self, job: Job, error: HeavyliftError, metric: str) -> None:
        if give_up(self.system, job, error):
            self.counts[metric] += 1
            log.warning("given up", extra={"job_id": job.id, "problem": error.type})

    def _end_part(self, job: Job, part: Part) -> None:
        now = self.system.clock.now()
        error = WorkerLost("The last worker of a part stopped without a word.")
        lost = attempts_lost(part, now, through=part.attempt)
        try:
            self.system.table.transact(
                transitions.part_failed(part, error=problem(error), failed=lost, now=now),
                transitions.failed_by_part(
                    job, error=problem(error), failed=[*part.attempts, *lost], dead=True, now=now, billed_ms=0
                ),
            )
        except ConditionFailed:
            return
        self.counts["LeasesLost"] += 1
