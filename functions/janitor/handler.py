"""The janitor's entry point in Lambda: a schedule's tick, or messages of the dead-letter queues."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.typing import LambdaContext

from heavylift.runtime import bootstrap
from heavylift.runtime.logging import library_logs_to
from heavylift.runtime.metrics import count
from janitor.dead_message import DeadMessages
from janitor.sweep import sweep

logger, metrics, tracer = Logger(service="janitor"), Metrics(service="janitor"), Tracer(service="janitor")
library_logs_to(logger)
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """SQS records → which of them are to come again; anything else → what the sweep did, by metric."""
    if "Records" not in event:
        counts = sweep(bootstrap.system(), context.get_remaining_time_in_millis() / 1000)
        count(metrics, counts)
        logger.info("swept", extra={"counts": counts})
        return dict(counts)
    dead = DeadMessages(bootstrap.system())
    answer = process_partial_response(
        event=event, record_handler=dead.record, processor=processor, context=context
    )
    count(metrics, dead.counts)
    return dict(answer)
