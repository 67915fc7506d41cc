"""Run a job: claim → fetch → task → publish → finish. What a worker does with one message.

The record decides, not the message. A message is acknowledged when nothing is left to do; otherwise it
returns to its queue for a while.
"""

from __future__ import annotations

import logging
import math
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from heavylift.errors import (
    Canceled,
    DeadlineExceeded,
    HeavyliftError,
    Interrupted,
    LeftOpen,
    MissingPackage,
    Postponed,
    Throttled,
    UnknownToWorker,
    WorkerLost,
)
from heavylift.job_store.abandon import abandon_job
from heavylift.job_store.load import load_job
from heavylift.job_store.manifest import Output
from heavylift.job_store.parts import load_parts
from heavylift.job_store.pauses import load_pauses, move_deadline
from heavylift.job_store.sealed import load_params
from heavylift.jobs import transitions
from heavylift.jobs.attempts import is_retryable, lost_attempts, to_problem
from heavylift.jobs.job import Claimable, Job, Part, part_key
from heavylift.jobs.retry import THROTTLE_PAUSE_S, backoff
from heavylift.jobs.states import Phase
from heavylift.outbound.connection import Dialer
from heavylift.ports.lanes import worker_of
from heavylift.ports.queue import Disposition, Done, Message, OrphanMessage, Retry
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Item
from heavylift.tasks.spec import Params
from heavylift.tasks.task import Task, parse_params
from heavylift.worker.completion import JobCompletion
from heavylift.worker.context import AttemptContext
from heavylift.worker.input_cache import InputCache
from heavylift.worker.keep import find_keep
from heavylift.worker.notes import AttemptNotes
from heavylift.worker.outcome import JobOutcome
from heavylift.worker.remote_input import fetch_input, is_remote

log = logging.getLogger(__name__)

LEASES_LOST = "LeasesLost"
"""Metric: leases of lost workers that a later claim found."""
LEASE_MARGIN_S = 5.0
"""How much longer a lease lasts than its invocation, because clocks differ."""
UNKNOWN_PAUSE_S = 60.0
"""The pause before a job that this release does not know: a deployment replaces the worker meanwhile."""


@dataclass(frozen=True)
class Invocation:
    """One invocation of a worker: when it ends, and what is recorded about it."""

    ends_at: float
    cold_start: bool = False
    memory_mb: int = 1769


@dataclass(frozen=True)
class Runner:
    system: System
    tasks: Mapping[str, Task]
    inputs: InputCache = field(default_factory=InputCache)
    chance: Callable[[], float] = random.SystemRandom().random
    dialer: Dialer | None = None
    """Opens the connections to the urls of inputs. None: as the settings allow."""

    def run(self, message: Message, receipt: str, invocation: Invocation) -> Disposition:
        """Run the job or part that the message names, if it is open. Return what to do with the message.

        Raises OrphanMessage if the message names no job.
        """
        try:
            return self._run(message, receipt, invocation)
        except Throttled:
            # Before the claim nothing was written. After it the next worker waits for the lease to end.
            return Retry(JobOutcome.THROTTLED, self._throttle_pause())

    def _run(self, message: Message, receipt: str, invocation: Invocation) -> Disposition:
        job = load_job(self.system.table, message.job_id)
        if job is None:
            raise OrphanMessage(message.job_id)
        if job.ended:
            return Done(JobOutcome.DUPLICATE)
        key = job.key if message.part is None else part_key(job.id, message.part)
        now = self.system.clock.now()
        if job.deadline <= now:
            job = move_deadline(self.system, job)
        if job.deadline <= now:
            return self._expire(job)
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
            return self._handle_refused_claim(job, message, refused.item, receipt, invocation)
        # If this worker dies, the message becomes visible again just after the lease ends.
        self.system.queue.postpone(job.queue, receipt, lease_until - now + 1)
        unit = Job.of(item) if message.part is None else Part.of(item)
        counts = Counter({LEASES_LOST: len(lost_attempts(unit, now))})
        disposition = self._run_attempt(job, unit, invocation)
        if disposition == Done(JobOutcome.PART_DONE):
            joined = self._join_if_last(job.id, receipt, invocation)
            if joined is not None:
                disposition = joined
                counts[JobOutcome.PART_DONE] += 1
        counts.update(disposition.counts)
        return replace(disposition, counts=counts)

    def _expire(self, job: Job) -> Disposition:
        late = DeadlineExceeded("The job did not finish by its deadline.")
        if not abandon_job(self.system, job, late):
            return Done(JobOutcome.DUPLICATE)  # its record has changed: another has ended it or runs it
        return Done(JobOutcome.EXPIRED, {JobOutcome.DEAD: 1})

    def _handle_refused_claim(
        self, job: Job, message: Message, item: Item | None, receipt: str, invocation: Invocation
    ) -> Disposition:
        """The claim was refused: drop a message of a finished or superseded unit, or retry it later."""
        if item is None:
            return Done(JobOutcome.DUPLICATE)  # the part's plan was never put in force
        unit, now = Claimable.of(item), self.system.clock.now()
        if unit.ended:
            # The worker of the last part may have died between counting the part and joining.
            joined = self._join_if_last(job.id, receipt, invocation) if message.part else None
            return joined or Done(JobOutcome.DUPLICATE)
        if item.get("parts_open", 0) > 0:
            return Done(JobOutcome.DUPLICATE)  # the parts have their own messages
        if unit.phase == Phase.WAITING:
            return Done(JobOutcome.DUPLICATE)  # it gets a message when it is freed
        if (early_s := item.get("run_at", 0) - now) > 0:
            return Retry(JobOutcome.EARLY, math.ceil(early_s))  # clocks differ
        log.info("another worker holds the lease", extra={"lease_until": unit.lease_until})
        return Retry(JobOutcome.BUSY, max(0.0, unit.lease_until - now) + 1 + self.chance())

    def _run_attempt(self, before_claim: Job, unit: Job | Part, invocation: Invocation) -> Disposition:
        # A retry between the read and the claim changes the deadline: the claimed job has the current one.
        job = unit if isinstance(unit, Job) else before_claim
        notes = AttemptNotes(unit, self.system.clock.now)
        completion = JobCompletion(self.system, job, unit, before_claim, notes)
        try:
            if unit.attempt > unit.max_attempts:
                completion.fail(WorkerLost("The worker stopped responding."), attempted=False)
                return Done(JobOutcome.DEAD)
            return self._run_task(completion, job, unit, invocation)
        except LeftOpen as left:
            completion.leave_open(left.total, left.result)
            return Done(JobOutcome.LEFT_OPEN)
        except Interrupted as interrupted:
            log.info("stopped: %s", interrupted)
            return Done(JobOutcome.CANCELED if isinstance(interrupted, Canceled) else JobOutcome.LEASE_LOST)

    def _run_task(
        self, completion: JobCompletion, job: Job, unit: Job | Part, invocation: Invocation
    ) -> Disposition:
        try:
            task, params = self._find_task(job)
            ends_at, notes = min(invocation.ends_at, unit.deadline), completion.notes
            with AttemptContext(self.system, self.inputs, job, unit, params, ends_at, notes) as work:
                return self._run_unit(completion, unit, task, work)
        except Interrupted:
            raise
        except Throttled as reason:
            put_off = self._put_off(reason)
            completion.release(put_off.seconds)
            return put_off
        except ModuleNotFoundError as error:
            name = (error.name or str(error)).partition(".")[0]
            worker = worker_of(job.queue)
            missing = MissingPackage(
                f"The worker {worker} has no Python package {name!r}. Add it: "
                f"make packages WORKER={worker} ADD=…"
            )
            return self._handle_failure(completion, unit, missing)
        except Exception as error:  # noqa: BLE001 - any error of a task fails the attempt
            return self._handle_failure(completion, unit, error)

    def _run_unit(
        self, completion: JobCompletion, unit: Job | Part, task: Task, work: AttemptContext
    ) -> Disposition:
        if isinstance(unit, Part):
            return self._run_part(completion, unit, task, work)
        if unit.plan:
            return self._join(completion, unit, task, work)
        if is_remote(unit):
            fetch_input(self.system, unit, task.spec, work, self.dialer)
        return self._run_whole(completion, task, work)

    def _find_task(self, job: Job) -> tuple[Task, Params]:
        """Return the job's task and params. Raises UnknownToWorker if this release does not know them.

        During a deployment, or after it is rolled back, the api may be of a newer release than the worker.
        """
        task = self.tasks.get(job.task)
        if task is None:
            raise UnknownToWorker
        try:
            return task, parse_params(task.spec, load_params(self.system.objects, job))
        except ValidationError as error:
            log.warning("this release does not know the job's params", extra={"faults": error.error_count()})
            raise UnknownToWorker from error

    def _put_off(self, reason: Throttled) -> Retry:
        match reason:
            case UnknownToWorker():
                return Retry(JobOutcome.UNKNOWN, UNKNOWN_PAUSE_S)
            case Postponed():
                return Retry(JobOutcome.POSTPONED, reason.seconds)
            case _:
                return Retry(JobOutcome.THROTTLED, self._throttle_pause())

    def _throttle_pause(self) -> float:
        return THROTTLE_PAUSE_S * (1 + self.chance())

    def _run_whole(self, completion: JobCompletion, task: Task, work: AttemptContext) -> Disposition:
        plan = task.plan(work)
        work.total = plan.total
        if len(plan.parts) > 1:
            completion.split(plan)
            return Done(JobOutcome.SPLIT)
        result = task.join(work, [task.run(work, plan.parts[0])])
        outputs = list(work.outputs.values())
        completion.finish(result, outputs, plan.total, find_keep(task, work.params, outputs))
        return Done(JobOutcome.DONE)

    def _run_part(
        self, completion: JobCompletion, part: Part, task: Task, work: AttemptContext
    ) -> Disposition:
        result = task.run(work, part.spec)
        completion.finish_part(result, list(work.outputs.values()), work.done)
        return Done(JobOutcome.PART_DONE)

    def _join(self, completion: JobCompletion, job: Job, task: Task, work: AttemptContext) -> Disposition:
        parts = list(load_parts(self.system, job))
        result = task.join(work, [part.result or {} for part in parts])
        outputs = [Output.of(output) for part in parts for output in part.outputs]
        outputs += work.outputs.values()
        keep = find_keep(task, work.params, outputs)
        completion.finish(result, outputs, job.total or len(parts), keep)
        return Done(JobOutcome.DONE)

    def _join_if_last(self, job_id: str, receipt: str, invocation: Invocation) -> Disposition | None:
        job = load_job(self.system.table, job_id)
        if job and not job.ended and job.parts_open == 0:
            return self.run(Message(job.id), receipt, invocation)
        return None

    def _handle_failure(self, completion: JobCompletion, unit: Job | Part, error: Exception) -> Disposition:
        """The attempt failed: release the unit for a retry, or fail it if no retry can help or is left."""
        expected = isinstance(error, HeavyliftError)
        log.log(
            logging.WARNING if expected else logging.ERROR,
            "attempt %d of %d failed",
            unit.attempt,
            unit.max_attempts,
            exc_info=None if expected else error,
            extra={"problem": to_problem(error)},
        )
        pause = backoff(unit.attempt, self.chance())
        too_late = self.system.clock.now() + pause >= unit.deadline and not self._is_paused(completion.job)
        if not is_retryable(error) or unit.attempt >= unit.max_attempts or too_late:
            completion.fail(error)
            return Done(JobOutcome.DEAD if is_retryable(error) else JobOutcome.FAILED)
        completion.release(pause, error)
        return Retry(JobOutcome.RETRYING, pause)

    def _is_paused(self, job: Job) -> bool:
        """Return whether the job's deadline is going to move, because its queue is or was paused."""
        return load_pauses(self.system.table, job.queue).find_uncounted(job, self.system.clock.now()) > 0
