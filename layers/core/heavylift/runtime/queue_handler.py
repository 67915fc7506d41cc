"""The Lambda handler of every queue: SQS records in, partial batch failures out.

Workers, callbacks and dead letters differ only in how they handle a decoded message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from heavylift.ports.lanes import lane_of, queue_of
from heavylift.ports.queue import Disposition, Message, OrphanMessage, Retry, Undecodable
from heavylift.ports.system import System
from heavylift.recovery.quarantine import quarantine
from heavylift.runtime import bootstrap
from heavylift.runtime.metrics import add_counts
from heavylift.runtime.telemetry import Handler, Telemetry

Handle = Callable[[System, Message, SQSRecord, LambdaContext], Disposition]
"""Handles a message and returns what to do with it. Raises OrphanMessage if the message names no job."""


class LeaveInQueue(Exception):
    """Raised to the batch processor: the message stays in its queue."""


@dataclass(frozen=True)
class QueueHandler:
    """Handles the messages of one kind of queue."""

    telemetry: Telemetry
    handle: Handle
    queue: str | None = None
    """The queue's name after the prefix, without its lane. None: messages of any queue; none is postponed."""
    received: str | None = None
    """The metric that counts every message, decoded or not."""
    counts: Counter[str] = field(default_factory=Counter)
    """The counts of the running invocation, by metric."""

    def as_lambda(self) -> Handler:
        """Return the Lambda handler."""
        return self.telemetry.observe(self.run)

    def run(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Handle every record. Return the records that stay in their queue."""
        self.counts.clear()
        processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        failures = process_partial_response(
            event=event, record_handler=self.handle_record, processor=processor, context=context
        )
        add_counts(self.telemetry.metrics, self.counts)
        return dict(failures)

    def handle_record(self, record: SQSRecord, lambda_context: LambdaContext) -> None:
        """Handle one record. Raises LeaveInQueue if the message is to be retried."""
        system = bootstrap.get_system()
        self.telemetry.logger.remove_keys(["job_id", "part"])  # left by the previous message of the batch
        if self.received is not None:
            self.counts[self.received] += 1
        try:
            message = Message.decode(record.body)
            self.telemetry.logger.append_keys(job_id=message.job_id, part=message.part)
            disposition = self.handle(system, message, record, lambda_context)
        except (Undecodable, OrphanMessage) as reason:
            self._quarantine(system, record, reason)
            return
        self.counts.update({disposition.outcome: 1, **disposition.counts})
        self.telemetry.logger.info("message handled", extra={"outcome": disposition.outcome})
        if isinstance(disposition, Retry):
            if self.queue is not None:
                lane = lane_of(record.event_source_arn)
                system.queue.postpone(queue_of(self.queue, lane), record.receipt_handle, disposition.seconds)
            raise LeaveInQueue(disposition.outcome)

    def _quarantine(self, system: System, record: SQSRecord, reason: Exception) -> None:
        queue = self.queue or record.event_source_arn.rpartition(":")[2]
        kept = quarantine(system.objects, queue, record.message_id, record.body)
        self.counts["OrphanMessages"] += 1
        self.telemetry.logger.warning(
            "quarantined a message that names no job", extra={"kept": kept, "why": str(reason)}
        )
