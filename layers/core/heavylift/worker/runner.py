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
from heavylift.job_store.abandon import abandon_job
from heavylift.job_store.load import load_job
from heavylift.job_store.manifest import Output
from heavylift.job_store.parts import parts_of
from heavylift.jobs import transitions
from heavylift.jobs.attempts import lost_attempts, problem, retryable
from heavylift.jobs.job import Claimable, Job, Part, part_key
from heavylift.jobs.retry import THROTTLE_PAUSE_S, backoff
from heavylift.ports.queue import Disposition, Done, Message, OrphanMessage, Retry
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Item
from heavylift.tasks.task import Task, parse_params
from heavylift.worker.completion import JobCompletion
from heavylift.worker.context import AttemptContext
from heavylift.worker.input_cache import InputCache

log = logging.getLogger(__name__)

LEASES_LOST = "LeasesLost"
"""The metric of leases of dead workers that were found on the way."""
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
class Runner:
    system: System
    tasks: Mapping[str, Task]
    inputs: InputCache = field(default_factory=InputCache)
    chance: Callable[[], float] = random.random

    def run(self, message: Message, receipt: str, invocation: Invocation) -> Disposition:
        """Do what the message asks, if it is still to be done; OrphanMessage if it names no job."""
        try:
            return self._run(message, receipt, invocation)
        except Throttled:
            # Before the claim nothing has happened; after it the lease says when somebody may go on.
            return Retry(Outcome.THROTTLED, self._throttle_pause())

    def _run(self, message: Message, receipt: str, invocation: Invocation) -> Disposition:
        job = load_job(self.system.table, message.job_id)
        if job is None:
            raise OrphanMessage(message.job_id)
        if job.ended:
            return Done(Outcome.DUPLICATE)
        key = job.key if message.part is None else part_key(job.id, message.part)
        now = self.system.clock.now()
        if job.deadline <= now:
            abandon_job(
                self.system, job, DeadlineExceeded("Its time was over before a worker had finished it.")
            )
            return Done(Outcome.EXPIRED)
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
        lost = len(lost_attempts(unit, now))
        disposition = self._attempt(job, unit, invocation)
        if disposition == Done(Outcome.PART_DONE):
            disposition = self._join_if_last(job.id, receipt, invocation) or disposition
        lost += disposition.counts.get(LEASES_LOST, 0)
        return replace(disposition, counts={LEASES_LOST: lost})

    def _not_claimed(
        self, job: Job, message: Message, item: Item | None, receipt: str, invocation: Invocation
    ) -> Disposition:
        """A message whose unit can't be had now: a duplicate, an early bird or a latecomer."""
        if item is None:
            return Done(Outcome.DUPLICATE)  # a part of a plan that was never put in force
        unit, now = Claimable.of(item), self.system.clock.now()
        if unit.ended:
            # Perhaps its worker died between counting the last part and joining.
            joined = self._join_if_last(job.id, receipt, invocation) if message.part else None
            return joined or Done(Outcome.DUPLICATE)
        if item.get("parts_open", 0) > 0:
            return Done(Outcome.DUPLICATE)  # its parts have messages of their own
        log.info("another worker holds the lease", extra={"lease_until": unit.lease_until})
        return Retry(Outcome.BUSY, max(0.0, unit.lease_until - now) + 1 + self.chance())

    def _attempt(self, seen: Job, unit: Job | Part, invocation: Invocation) -> Disposition:
        # Between being read and being claimed a job may have been retried: its deadline is another then.
        job = unit if isinstance(unit, Job) else seen
        completion = JobCompletion(self.system, job, unit, seen)
        try:
            if unit.attempt > unit.max_attempts:
                completion.fail(WorkerLost("Its workers stopped without a word."), attempted=False)
                return Done(Outcome.DEAD)
            return self._work(completion, job, unit, invocation)
        except Interrupted as interrupted:
            log.info("stopped: %s", interrupted)
            return Done(Outcome.CANCELED if isinstance(interrupted, Canceled) else Outcome.LEASE_LOST)

    def _work(
        self, completion: JobCompletion, job: Job, unit: Job | Part, invocation: Invocation
    ) -> Disposition:
        try:
            task = self.tasks[job.task]
            params = parse_params(task.spec, job.params)
            with AttemptContext(
                self.system, self.inputs, job, unit, params, min(invocation.ends_at, unit.deadline)
            ) as work:
                if isinstance(unit, Part):
                    return self._part(completion, unit, task, work)
                if job.plan:
                    return self._join(completion, job, task, work)
                return self._whole(completion, task, work)
        except Interrupted:
            raise
        except Throttled:
            pause = self._throttle_pause()
            completion.release(pause)
            return Retry(Outcome.THROTTLED, pause)
        except Exception as error:  # noqa: BLE001 - whatever a task may raise ends as an attempt
            return self._failed(completion, unit, error)

    def _throttle_pause(self) -> float:
        return THROTTLE_PAUSE_S * (1 + self.chance())

    def _whole(self, completion: JobCompletion, task: Task, work: AttemptContext) -> Disposition:
        plan = task.plan(work)
        work.total = plan.total
        if len(plan.parts) > 1:
            completion.split(plan)
            return Done(Outcome.SPLIT)
        result = task.join(work, [task.run(work, plan.parts[0])])
        completion.finish(result, list(work.outputs.values()), plan.total)
        return Done(Outcome.DONE)

    def _part(self, completion: JobCompletion, part: Part, task: Task, work: AttemptContext) -> Disposition:
        result = task.run(work, part.spec)
        completion.part_done(result, list(work.outputs.values()), work.done)
        return Done(Outcome.PART_DONE)

    def _join(self, completion: JobCompletion, job: Job, task: Task, work: AttemptContext) -> Disposition:
        parts = list(parts_of(self.system, job))
        outputs = [Output(**output) for part in parts for output in part.outputs]
        result = task.join(work, [part.result or {} for part in parts])
        completion.finish(result, [*outputs, *work.outputs.values()], job.total or len(parts))
        return Done(Outcome.DONE)

    def _join_if_last(self, job_id: str, receipt: str, invocation: Invocation) -> Disposition | None:
        job = load_job(self.system.table, job_id)
        if job and not job.ended and job.parts_open == 0:
            return self.run(Message(job.id), receipt, invocation)
        return None

    def _failed(self, completion: JobCompletion, unit: Job | Part, error: Exception) -> Disposition:
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
            completion.fail(error)
            return Done(Outcome.DEAD if retryable(error) else Outcome.FAILED)
        completion.release(pause, error)
        return Retry(Outcome.RETRYING, pause)
