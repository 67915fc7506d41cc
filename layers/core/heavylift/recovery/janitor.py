"""The janitor: restarts or ends every open job that no worker is working on.

It reads the open index in the order of `check_at`. Every write of an open job sets that time, and so does the
janitor after a check. So a run that is out of time just stops: the remaining jobs are still due. A turn at a
job is a conditional write, so any number of janitors may run at once.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from heavylift.errors import DeadlineExceeded, HeavyliftError, Throttled, WorkerLost
from heavylift.job_store.abandon import abandon_job, abandon_part
from heavylift.job_store.batch_counts import settle
from heavylift.job_store.parts import load_parts
from heavylift.job_store.pauses import move_deadline
from heavylift.jobs import transitions
from heavylift.jobs.job import BATCH_TASK, OPEN_SHARDS, Job, Part, open_partition
from heavylift.jobs.states import Phase
from heavylift.ports.queue import Message
from heavylift.ports.system import System
from heavylift.ports.table import OPEN, ConditionFailed, Item
from heavylift.recovery.due import RESERVE_S
from heavylift.recovery.lines import Lines, queued_at
from heavylift.tasks.registry import TASKS

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 30.0
MAX_PAUSE_S = 900.0
MAX_LINE_PAUSE_S = 600.0
"""The longest pause between checks of a job in a line: after it a lost message is noticed, too."""


@dataclass
class Janitor:
    system: System
    ends_at: float
    counts: Counter[str] = field(default_factory=Counter)
    """Counts of what was done, by metric."""
    chance: Callable[[], float] = random.SystemRandom().random
    lines: Lines = field(init=False)

    def __post_init__(self) -> None:
        self.lines = Lines(self.system)

    def run(self) -> Counter[str]:
        """Sweep once. Return counts of what was done, by metric."""
        finished = self.sweep()
        self.counts["SweepsCutShort"] += not finished
        self.counts["JobsLookedAt"] += 0
        return self.counts

    def sweep(self) -> bool:
        """Check every open job that is due. Return False if time or capacity ran out first."""
        for item in self._find_due():
            if self.system.clock.now() > self.ends_at - RESERVE_S:
                return False
            self.counts["JobsLookedAt"] += 1
            try:
                self._check_job(Job.of(item), item["check_at"])
            except Throttled:
                self.counts["JanitorErrors"] += 1
                return False
            except Exception:  # one broken record must not stop the others
                self.counts["JanitorErrors"] += 1
                log.exception("a job could not be checked", extra={"job_id": item.get("id")})
        return True

    def _find_due(self) -> Iterator[Item]:
        """Yield the due items, one page of each partition in turn, so that no partition waits for another."""
        now = self.system.clock.now()
        names = [open_partition(task, shard) for task in TASKS for shard in range(OPEN_SHARDS)]
        # In random order, so that time does not always run out at the same partition.
        names.sort(key=lambda _name: self.chance())
        todo: list[tuple[str, Item | None]] = [(name, None) for name in names]
        while todo:
            name, cursor = todo.pop(0)
            page = self.system.table.query(OPEN, name, up_to=now, cursor=cursor)
            yield from page.items
            if page.cursor is not None:
                todo.append((name, page.cursor))

    def _check_job(self, job: Job, check_at: float) -> None:
        now = self.system.clock.now()
        if job.deadline <= now:
            job = move_deadline(self.system, job)
        if job.ended:
            return  # the index is eventually consistent
        if job.deadline <= now:
            self._abandon_job(job, DeadlineExceeded("The job did not finish by its deadline."), "JobsExpired")
        elif job.lease_until > now or (job.run_at or 0) > now:
            return  # the index is eventually consistent: a worker has just claimed the job. And clocks differ
        elif job.parts_open:
            self._check_parts(job, check_at)
        elif job.phase == Phase.RUNNING and job.attempt >= job.max_attempts and not job.plan:
            self._abandon_job(job, WorkerLost("The worker stopped responding."), "LeasesLost")
        else:
            self._resend(job, job, check_at, Message(job.id))

    def _check_parts(self, job: Job, check_at: float) -> None:
        now = self.system.clock.now()
        if not self._claim_turn(job, job, check_at, self._pause_in_line(job), counts=False):
            return
        if job.task == BATCH_TASK:
            settle(self.system, job)
            return
        waiting = self.lines.explain_wait(job)
        for part in load_parts(self.system, job):
            if part.ended or part.lease_until > now or part.check_at > now:
                continue
            if part.phase == Phase.QUEUED and waiting:
                continue
            if part.phase == Phase.RUNNING and part.attempt >= part.max_attempts:
                self._abandon_part(job, part)
                return
            self._resend(job, part, part.check_at, Message(job.id, part.id))

    def _resend(self, job: Job, unit: Job | Part, check_at: float, message: Message) -> None:
        lost_worker = unit.phase == Phase.RUNNING
        if not lost_worker and self.lines.explain_wait(job):
            self._claim_turn(job, unit, check_at, self._pause_in_line(job), counts=False)
            return
        pause = min(MAX_PAUSE_S, FIRST_PAUSE_S * 2.0**unit.rescues)
        if self._claim_turn(job, unit, check_at, pause, counts=True):
            self.counts["LeasesLost" if lost_worker else "MessagesLost"] += 1
            self.counts["JobsRescued"] += 1
            log.warning("message sent again", extra={"job_id": job.id, "part": message.part})
            self.system.queue.send(job.queue, message, group=job.tenant)
            self.lines.replace_one(job.queue)

    def _pause_in_line(self, job: Job) -> float:
        """Return the pause before the next check of a job in a line: as long as it has waited, within limits.

        Each check writes the record and its index entries, so a long wait must not cost a write a minute.
        """
        return min(MAX_LINE_PAUSE_S, max(FIRST_PAUSE_S, self.system.clock.now() - queued_at(job)))

    def _claim_turn(self, job: Job, unit: Job | Part, check_at: float, pause: float, *, counts: bool) -> bool:
        """Return whether this janitor has the turn. The next turn is after the pause or at the deadline."""
        now = self.system.clock.now()
        next_at = min(now + pause, job.deadline)
        change = transitions.rescue(
            unit, expected_check_at=check_at, check_at=next_at, now=now, counts=counts
        )
        try:
            self.system.table.update(change)
        except ConditionFailed:
            return False
        return True

    def _abandon_job(self, job: Job, error: HeavyliftError, metric: str) -> None:
        if abandon_job(self.system, job, error):
            self._count_abandoned(job, error, metric)

    def _abandon_part(self, job: Job, part: Part) -> None:
        error = WorkerLost("The worker of a part stopped responding.")
        if abandon_part(self.system, job, part, error):
            self._count_abandoned(job, error, "LeasesLost")

    def _count_abandoned(self, job: Job, error: HeavyliftError, metric: str) -> None:
        self.counts[metric] += 1
        self.counts["JobsDeadLettered"] += 1
        log.warning("job abandoned", extra={"job_id": job.id, "problem": error.type})
