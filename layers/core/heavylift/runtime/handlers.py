"""A worker's Lambda handler: SQS messages in, partial batch failures out.

handler = worker_handler("pages", PdfToImages())
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from heavylift.ports.queue import Message, OrphanMessage, Undecodable
from heavylift.recovery.quarantine import keep_aside
from heavylift.runtime import bootstrap
from heavylift.runtime.logging import library_logs_to
from heavylift.runtime.metrics import count
from heavylift.settings import WorkerSettings
from heavylift.tasks.task import Task
from heavylift.worker.runner import Ack, Invocation, Runner

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


class PutBack(Exception):
    """Tells the batch processor that the message stays in its queue."""


def worker_handler(worker: str, *tasks: Task) -> Handler:
    """The handler of the worker `worker`; tasks are found by the names in their specs."""
    logger, metrics, tracer = Logger(service=worker), Metrics(service=worker), Tracer(service=worker)
    library_logs_to(logger)
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    worked = Worker(worker, {task.spec.name: task for task in tasks}, logger, metrics)

    @logger.inject_lambda_context(clear_state=True)
    @metrics.log_metrics
    @tracer.capture_lambda_handler(capture_response=False)
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        return dict(
            process_partial_response(
                event=event, record_handler=worked.record, processor=processor, context=context
            )
        )

    return handler


class Worker:
    """What stays warm between invocations of a worker."""

    def __init__(self, name: str, tasks: dict[str, Task], logger: Logger, metrics: Metrics) -> None:
        self._name = name
        self._tasks = tasks
        self._logger = logger
        self._metrics = metrics
        self._runner: Runner | None = None

    def record(self, record: SQSRecord, lambda_context: LambdaContext) -> None:
        """Handle one message; PutBack leaves it in the queue."""
        system = bootstrap.system()
        cold_start = self._runner is None
        self._runner = self._runner or Runner(system, self._tasks)
        try:
            message = Message.decode(record.body)
            self._logger.append_keys(job_id=message.job_id, part=message.part)
            invocation = Invocation(
                ends_at=system.clock.now() + lambda_context.get_remaining_time_in_millis() / 1000,
                cold_start=cold_start,
                memory_mb=WorkerSettings.read().memory_mb,
            )
            verdict = self._runner.run(message, record.receipt_handle, invocation)
        except (Undecodable, OrphanMessage) as reason:
            kept = keep_aside(system.objects, self._name, record.message_id, record.body)
            count(self._metrics, {"OrphanMessages": 1})
            self._logger.warning(
                "the message names no job and was kept aside", extra={"kept": kept, "why": str(reason)}
            )
            return
        count(self._metrics, {verdict.outcome: 1, "LeasesLost": verdict.leases_lost})
        self._logger.info("message handled", extra={"outcome": verdict.outcome})
        if not isinstance(verdict, Ack):
            system.queue.postpone(self._name, record.receipt_handle, verdict.seconds)
            raise PutBack(verdict.outcome)
