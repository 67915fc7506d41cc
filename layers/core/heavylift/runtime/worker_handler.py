"""A worker's Lambda handler.

handler = worker_handler("pages")
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from heavylift.errors import WorkerCannotStart
from heavylift.job_store.abandon import abandon_job
from heavylift.job_store.load import load_job
from heavylift.ports.queue import Disposition, Done, Message, OrphanMessage
from heavylift.ports.system import System
from heavylift.runtime.queue_handler import QueueHandler
from heavylift.runtime.telemetry import Handler, Telemetry
from heavylift.tasks.registry import TaskFileError, load_worker
from heavylift.tasks.task import Task
from heavylift.worker.outcome import JobOutcome
from heavylift.worker.runner import Invocation, Runner

log = logging.getLogger(__name__)

LoadTasks = Callable[[], Mapping[str, Task]]


def worker_handler(name: str, load: LoadTasks | None = None, *, handle: HandleWith | None = None) -> Handler:
    """Return the Lambda handler of the worker `name`. It finds the tasks in the worker's folder.

    `handle`, if given, handles each message, with the worker to run it with.
    An event without records starts the worker: the answer names its tasks, or says why it can't start.
    """
    telemetry = Telemetry.of(name)
    worker = Worker(name, load or partial(load_worker, name, _folder_of(name)))
    messages = QueueHandler(telemetry, partial(handle, worker) if handle else worker.handle, name)

    def run(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        return messages.run(event, context) if event.get("Records") else worker.start()

    return telemetry.observe(run)


HandleWith = Callable[["Worker", System, Message, SQSRecord, LambdaContext], Disposition]


def _folder_of(worker: str) -> Path:
    """Return the folder that holds the worker's package."""
    return Path(str(sys.modules[worker].__file__)).parents[1]


class Worker:
    """A worker, kept warm between invocations."""

    def __init__(self, name: str, load: LoadTasks) -> None:
        self._name = name
        self._load = load
        self._tasks: Mapping[str, Task] | None = None
        self._runner: Runner | None = None

    def start(self) -> dict[str, Any]:
        """Load the tasks. Return `{"worker", "tasks"}`, or `{"worker", "error"}` if they can't be loaded."""
        try:
            return {"worker": self._name, "tasks": sorted(self._load_tasks())}
        except TaskFileError as error:
            log.error("the worker can't start", extra={"why": str(error)})  # noqa: TRY400 - `why` says it
            return {"worker": self._name, "error": str(error)}

    def handle(
        self, system: System, message: Message, record: SQSRecord, context: LambdaContext
    ) -> Disposition:
        """Run the job that the message names. If the worker can't start, the job's record says why."""
        try:
            tasks = self._load_tasks()
        except TaskFileError as error:
            log.error("the worker can't start", extra={"why": str(error)})  # noqa: TRY400 - as above
            return self._abandon(system, message, error)
        cold_start = self._runner is None
        self._runner = self._runner or Runner(system, tasks)
        invocation = Invocation(
            ends_at=system.clock.now() + context.get_remaining_time_in_millis() / 1000,
            cold_start=cold_start,
            memory_mb=int(context.memory_limit_in_mb),
        )
        return self._runner.run(message, record.receipt_handle, invocation)

    def _load_tasks(self) -> Mapping[str, Task]:
        if self._tasks is None:
            self._tasks = self._load()
        return self._tasks

    def _abandon(self, system: System, message: Message, error: TaskFileError) -> Disposition:
        job = load_job(system.table, message.job_id)
        if job is None:
            raise OrphanMessage(message.job_id)
        if job.ended:
            return Done(JobOutcome.DUPLICATE)
        why = WorkerCannotStart(f"The worker {self._name} can't start: {error}")
        # If the record has changed meanwhile, another has ended the job or runs it.
        return Done(JobOutcome.DEAD if abandon_job(system, job, why) else JobOutcome.DUPLICATE)
