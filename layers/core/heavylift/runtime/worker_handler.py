"""A worker's Lambda handler.

handler = worker_handler("pages", PdfToImagesTask())
"""

from __future__ import annotations

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from heavylift.ports.queue import Disposition, Message
from heavylift.ports.system import System
from heavylift.runtime.queue_handler import QueueHandler
from heavylift.runtime.telemetry import Handler, Telemetry
from heavylift.tasks.task import Task
from heavylift.worker.runner import Invocation, Runner


def worker_handler(worker: str, *tasks: Task) -> Handler:
    """Return the Lambda handler of a worker. It finds a job's task by the name in the task's spec."""
    return QueueHandler(Telemetry.of(worker), Worker(*tasks).handle, worker).as_lambda()


class Worker:
    """A worker, kept warm between invocations."""

    def __init__(self, *tasks: Task) -> None:
        self._tasks = {task.spec.name: task for task in tasks}
        self._runner: Runner | None = None

    def handle(
        self, system: System, message: Message, record: SQSRecord, context: LambdaContext
    ) -> Disposition:
        """Run the job that the message names."""
        cold_start = self._runner is None
        self._runner = self._runner or Runner(system, self._tasks)
        invocation = Invocation(
            ends_at=system.clock.now() + context.get_remaining_time_in_millis() / 1000,
            cold_start=cold_start,
            memory_mb=int(context.memory_limit_in_mb),
        )
        return self._runner.run(message, record.receipt_handle, invocation)
