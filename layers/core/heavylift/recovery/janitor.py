"""The janitor: brings every open job to an end that nobody is working on.

It looks at the open index in the order of `check_at`; every write of an open job says when that is, and so
does the janitor when it has looked. So a run that is out of time just stops: what it did not come to is
still due. Its turn at a job is a conditional write, so any number of janitors may run at once.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from heavylift.errors import DeadlineExceeded, HeavyliftError, Throttled, WorkerLost
from heavylift.job_store.abandon import abandon_job, abandon_part
from heavylift.job_store.parts import parts_of
from heavylift.jobs import transitions
from heavylift.jobs.job import OPEN_SHARDS, Job, Part, Phase, open_partition
from heavylift.ports.queue import Message
from heavylift.ports.system import System
from heavylift.ports.table import OPEN, ConditionFailed, Item
from heavylift.tasks.registry import TASKS

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
    chance: Callable[[], float] = random.random
    _busy: dict[str, bool] = field(default_factory=dict)
    """Whether a queue has messages waiting, asked once per run."""

    def run(self) -> Counter[str]:
        """Sweep once. Return what was done, by metric."""
        finished = self.sweep()
        self.counts["SweepsCutShort"] += not finished
        self.counts["JobsLookedAt"] += 0
        return self.counts

    def sweep(self) -> bool:
        """Look at every open job that is due; False if time ran out before the end."""
        for item in self._due():
            if self.system.clock.now() > self.ends_at - RESERVE_S:
                return False
            self.counts["JobsLookedAt"] += 1
            try:
                self._look_at(Job.of(item), item["check_at"])
            except Throttled:
                self.counts["JanitorErrors"] += 1
                return False
            except Exception:  # one record that can't be handled must not keep the others waiting
                self.counts["JanitorErrors"] += 1
                log.exception("a job could not be looked at", extra={"job_id": item.get("id")})
        return True

    def _due(self) -> Iterator[Item]:
        """What is due, a page of each partition in turn: none waits until another is empty."""
        now = self.system.clock.now()
        names = [open_partition(task, shard) for task in TASKS for shard in range(OPEN_SHARDS)]
        names.sort(key=lambda _name: self.chance())  # where time runs out is not always the same place
        todo: list[tuple[str, Item | None]] = [(name, None) for name in names]
        while todo:
            name, cursor = todo.pop(0)
            page = self.system.table.query(OPEN, name, up_to=now, cursor=cursor)
            yield from page.items
            if page.cursor is not None:
                todo.append((name, page.cursor))

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
        if not self._claim_turn(job, job, check_at, FIRST_PAUSE_S, counts=False):
            return
        in_line = self._still_in_line(job, now)
        for part in parts_of(self.system, job):
            if part.ended or part.lease_until > now or part.check_at > now:
                continue
            if part.phase == Phase.QUEUED and in_line:
                continue
            if part.phase == Phase.RUNNING and part.attempt >= part.max_attempts:
                self._end_part(job, part)
                return
            self._send_again(job, part, part.check_at, Message(job.id, part.id))

    def _send_again(self, job: Job, unit: Job | Part, check_at: float, message: Message) -> None:
        now = self.system.clock.now()
        lost_worker = unit.phase == Phase.RUNNING
        if not lost_worker and self._still_in_line(job, now):
            self._claim_turn(job, unit, check_at, FIRST_PAUSE_S, counts=False)
            return
        pause = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0**unit.rescues)
        if self._claim_turn(job, unit, check_at, pause, counts=True):
            self.counts["LeasesLost" if lost_worker else "MessagesLost"] += 1
            self.counts["JobsRescued"] += 1
            log.warning("put back into its queue", extra={"job_id": job.id, "part": message.part})
            self.system.queue.send(job.queue, message, group=job.tenant)

    def _still_in_line(self, job: Job, now: float) -> bool:
        """A busy queue explains a wait: sending more messages would only make it longer."""
        if job.queue not in self._busy:
            self._busy[job.queue] = self.system.queue.depth(job.queue).visible > 0
        return self._busy[job.queue] and now - job.updated_at < LONG_IN_LINE_S

    def _claim_turn(self, job: Job, unit: Job | Part, seen: float, pause: float, *, counts: bool) -> bool:
        """Of all janitors one has its turn, and the next turn is after the pause, or at the deadline."""
        next_at = min(self.system.clock.now() + pause, job.deadline)
        change = transitions.rescue(unit, seen_check_at=seen, check_at=next_at, counts=counts)
        try:
            self.system.table.update(change)
        except ConditionFailed:
            return False
        return True

    def _end(self, job: Job, error: HeavyliftError, metric: str) -> None:
        if abandon_job(self.system, job, error):
            self._ended(job, error, metric)

    def _end_part(self, job: Job, part: Part) -> None:
        error = WorkerLost("The last worker of a part stopped without a word.")
        if abandon_part(self.system, job, part, error):
            self._ended(job, error, "LeasesLost")

    def _ended(self, job: Job, error: HeavyliftError, metric: str) -> None:
        self.counts[metric] += 1
        self.counts["JobsDeadLettered"] += 1
        log.warning("given up", extra={"job_id": job.id, "problem": error.type})
