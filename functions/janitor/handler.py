"""The Lambda handler of the janitor, for the schedule and for the dead-letter queues."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from heavylift.ports.queue import Disposition, Message
from heavylift.ports.system import System
from heavylift.recovery.dead_message import handle_dead_message
from heavylift.recovery.schedules import ScheduleSweep
from heavylift.recovery.sweep import sweep_all
from heavylift.runtime import bootstrap
from heavylift.runtime.metrics import add_counts
from heavylift.runtime.queue_handler import QueueHandler
from heavylift.runtime.telemetry import Telemetry
from heavylift.tasks.registry import register_tasks

register_tasks(Path(__file__).resolve().parents[1])
telemetry = Telemetry.of("janitor")


def end_job(system: System, message: Message, record: SQSRecord, _context: LambdaContext) -> Disposition:
    """End the job of a dead message, or drop the message."""
    return handle_dead_message(system, message, int(record.attributes.sent_timestamp) / 1000)


dead_messages = QueueHandler(telemetry, end_job, received="DeadMessages")


def sweep(context: LambdaContext) -> dict[str, Any]:
    """Handle the jobs, callbacks and deletions that are due, while there is time. Return counts by metric."""
    system = bootstrap.get_system()
    ends_at = system.clock.now() + context.get_remaining_time_in_millis() / 1000
    counts = sweep_all(system, bootstrap.get_callback_queue(), ends_at)
    counts.update(ScheduleSweep(system, bootstrap.get_scheduler(), ends_at).run())
    add_counts(telemetry.metrics, counts)
    telemetry.logger.info("swept", extra={"counts": counts})
    return dict(counts)


@telemetry.observe
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the failed records of an SQS event; for any other event, sweep and return the counts."""
    return dead_messages.run(event, context) if "Records" in event else sweep(context)
