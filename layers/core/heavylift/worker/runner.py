"""Run a job: claim → fetch → task → publish → finish. What a worker does with one message.

Whatever the message says, the record decides: a message is acknowledged when nothing is left to do
for it, and otherwise goes back to its queue for a while.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from heavylift.errors import Canceled, DeadlineExceeded, HeavyliftError, Interrupted, Throttled, WorkerLost
from heavylift.job_store.abandon import give_up
from heavylift.job_store.manifest import Output
from heavylift.job_store.parts import parts_of
from heavylift.jobs import transitions
from heavylift.jobs.attempts import attempts_lost, problem, retryable
from heavylift.jobs.job import Job, Part, Unit, job_key, part_key
from heavylift.jobs.retry import THROTTLE_PAUSE_S, backoff
from heavylift.ports.queue import Message, OrphanMessage
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Item
from heavylift.tasks.task import Task, params_of
from heavylift.worker.completion import Ending
from heavylift.worker.context import Attempt
from heavylift.worker.input_cache import InputCache

log = logging.getLogger(__name__)

LEASE_MARGIN_S = 5.0
"""How much longer than its invocation a lease lives: clocks differ."""


@dataclass(frozen=True)
class Invocation:
    """One call of a worker: when its time is over, and what it is."""

    ends_at: float
    cold_start: bool = False
    memory_mb: int = 1769


class Outcome(StrEnum):
    """What became of a message; counted as a metric under this name."""

    DONE = "JobsDone"
    SPLIT = "JobsSplit"
    PART_DONE = "PartsDone"
    FAILED = "JobsFailed"
    DEAD = "JobsDeadLettered"
    RETRYING = "AttemptsFailed"
    EXPIRED = "JobsExpired"
    CANCELED = "AttemptsCanceled"
    LEASE_LOST = "AttemptsOvertaken"
    THROTTLED = "Throttles"
    DUPLICATE = "DuplicateMessages"
    BUSY = "LeasesRespected"


@dataclass(frozen=True)
class Ack:
    """Nothing is left to do for the message."""

    outcome: Outcome
    leases_lost: int = field(default=0, compare=False)
    """Leases of dead workers that were found on the way."""


@dataclass(frozen=True)
class Postpone:
    """The message is to be seen again in so many seconds."""

    outcome: Outcome
    seconds: float
    leases_lost: int = field(default=0, compare=False)


Verdict = Ack | Postpone


@dataclass(frozen=True)
class Runner:
    system: System
    tasks: Mapping[str, Task]
    inputs: InputCache = field(default_factory=InputCache)
    chance: Callable[[], float] = random.random

    def run(self, message: Message, receipt: str, invocation: Invocation) -> Verdict:
        """Do what the message asks, if it is still to be done; OrphanMessage if it names no job."""
        try:
            return self._run(message, receipt, invocation)
        except Throttled:
            # Before the claim nothing has happened; after it the lease says when somebody may go on.
            return Postpone(Outcome.THROTTLED, self._throttle_pause())

    def _run(self, message: Message, receipt: str, invocation: Invocation) -> Verdict:
        job = self._job(message.job_id)
        if job is None:
            raise OrphanMessage(message.job_id)
        if job.ended:
            return Ack(Outcome.DUPLICATE)
        key = job.key if message.part is None else part_key(job.id, message.part)
        now = self.system.clock.now()
        if job.deadline <= now:
            give_up(self.system, job, DeadlineExceeded("Its time was over before a worker had finished it."))
            return Ack(Outcome.EXPIRED)
        lease_until = invocation.ends_at + LEASE_MARGIN_S
        try:
            item = self.system.table.update(
                transitions.claim(
                    key,
                    now=now,
                    lease_until=lease_until,
                    deadline=job.deadline,
                    cold_start=invocation.cold_start,
                    memory_mb=invocation.memory_mb,
                )
            )
        except ConditionFailed as refused:
            return self._not_claimed(job, message, refused.item, receipt, invocation)
        # Should this worker die, the message comes back just when its lease ends.
        self.system.queue.postpone(job.queue, receipt, lease_until - now + 1)
        unit = Job.of(item) if message.part is None else Part.of(item)
        lost = len(attempts_lost(unit, now))
        verdict = self._attempt(job, unit, invocation)
        if verdict == Ack(Outcome.PART_DONE):
            verdict = self._join_if_last(job.id, receipt, invocation) or verdict
        return replace(verdict, leases_lost=verdict.leases_lost + lost)

    def _job(self, job_id: str) -> Job | None:
        item = self.system.table.get(job_key(job_id))
        return Job.of(item) if item else None

    def _not_claimed(
        self, job: Job, message: Message, item: Item | None, receipt: str, invocation: Invocation
    ) -> Verdict:
        """A message whose unit can't be had now: a duplicate, an early bird or a latecomer."""
        if item is None:
            return Ack(Outcome.DUPLICATE)  # a part of a plan that was never put in force
        unit, now = Unit.of(item), self.system.clock.now()
        if unit.ended:
            # Perhaps its worker died between counting the last part and joining.
            joined = self._join_if_last(job.id, receipt, invocation) if message.part else None
            return joined or Ack(Outcome.DUPLICATE)
        if item.get("parts_open", 0) > 0:
            return Ack(Outcome.DUPLICATE)  # its parts have messages of their own
        log.info("another worker holds the lease", extra={"lease_until": unit.lease_until})
        return Postpone(Outcome.BUSY, max(0.0, unit.lease_until - now) + 1 + self.chance())

    def _attempt(self, seen: Job, unit: Job | Part, invocation: Invocation) -> Verdict:
        # Between being read and being claimed a job may have been retried: its deadline is another then.
        job = unit if isinstance(unit, Job) else seen
        ending = Ending(self.system, job, unit, seen)
        try:
            if unit.attempt > unit.max_attempts:
                ending.fail(WorkerLost("Its workers stopped without a word."), attempted=False)
                return Ack(Outcome.DEAD)
            return self._work(ending, job, unit, invocation)
        except Interrupted as interrupted:
            log.info("stopped: %s", interrupted)
            return Ack(Outcome.CANCELED if isinstance(interrupted, Canceled) else Outcome.LEASE_LOST)

    def _work(self, ending: Ending, job: Job, unit: Job | Part, invocation: Invocation) -> Verdict:
        try:
            task = self.tasks[job.task]
            params = params_of(task.spec, job.params)
            with Attempt(
                self.system, self.inputs, job, unit, params, min(invocation.ends_at, unit.deadline)
            ) as work:
                if isinstance(unit, Part):
                    return self._part(ending, unit, task, work)
                if job.plan:
                    return self._join(ending, job, task, work)
                return self._whole(ending, task, work)
        except Interrupted:
            raise
        except Throttled:
            pause = self._throttle_pause()
            ending.release(pause)
            return Postpone(Outcome.THROTTLED, pause)
        except Exception as error:  # noqa: BLE001 - whatever a task may raise ends as an attempt
            return self._failed(ending, unit, error)

    def _throttle_pause(self) -> float:
        return THROTTLE_PAUSE_S * (1 + self.chance())

    def _whole(self, ending: Ending, task: Task, work: Attempt) -> Verdict:
        plan = task.plan(work)
        work.total = plan.total
        if len(plan.parts) > 1:
            ending.split(plan)
            return Ack(Outcome.SPLIT)
        result = task.join(work, [task.run(work, plan.parts[0])])
        ending.finish(result, list(work.outputs.values()), plan.total)
        return Ack(Outcome.DONE)

    def _part(self, ending: Ending, part: Part, task: Task, work: Attempt) -> Verdict:
        result = task.run(work, part.spec)
        ending.part_done(result, list(work.outputs.values()), work.done)
        return Ack(Outcome.PART_DONE)

    def _join(self, ending: Ending, job: Job, task: Task, work: Attempt) -> Verdict:
        parts = list(parts_of(self.system, job))
        outputs = [Output(**output) for part in parts for output in part.outputs]
        result = task.join(work, [part.result or {} for part in parts])
        ending.finish(result, [*outputs, *work.outputs.values()], job.total or len(parts))
        return Ack(Outcome.DONE)

    def _join_if_last(self, job_id: str, receipt: str, invocation: Invocation) -> Verdict | None:
        job = self._job(job_id)
        if job and not job.ended and job.parts_open == 0:
            return self.run(Message(job.id), receipt, invocation)
        return None

    def _failed(self, ending: Ending, unit: Job | Part, error: Exception) -> Verdict:
        """An attempt went wrong: again after a while, or the end if that can't help."""
        ours = isinstance(error, HeavyliftError)
        log.log(
            logging.WARNING if ours else logging.ERROR,
            "attempt %d of %d failed",
            unit.attempt,
            unit.max_attempts,
            exc_info=None if ours else error,
            extra={"problem": problem(error)},
        )
        pause = backoff(unit.attempt, self.chance())
        too_late = self.system.clock.now() + pause >= unit.deadline
        if not retryable(error) or unit.attempt >= unit.max_attempts or too_late:
            ending.fail(error)
            return Ack(Outcome.DEAD if retryable(error) else Outcome.FAILED)
        ending.release(pause, error)
        return Postpone(Outcome.RETRYING, pause)
