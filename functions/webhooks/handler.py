"""The queue of callbacks' entry point in Lambda: one message, one delivery."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from heavylift.ports.queue import Message, Undecodable
from heavylift.recovery.quarantine import keep_aside
from heavylift.runtime import bootstrap
from heavylift.runtime.logging import library_logs_to
from heavylift.runtime.metrics import count
from webhooks.deliver import Deliverer
from webhooks.http_post import Dialer
from webhooks.queue import CALLBACKS
from webhooks.settings import NotifySettings

logger, metrics, tracer = Logger(service="callback"), Metrics(service="callback"), Tracer(service="callback")
library_logs_to(logger)
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


class PutBack(Exception):
    """Tells the batch processor that the message stays in its queue."""


@lru_cache(maxsize=1)
def deliverer() -> Deliverer:
    system, settings = bootstrap.system(), NotifySettings.read()
    dialer = Dialer(private=system.settings.private_callbacks, total_s=settings.answer_s)
    return Deliverer(system, dialer, settings)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """SQS records → which of them are to come again."""
    return dict(
        process_partial_response(event=event, record_handler=deliver, processor=processor, context=context)
    )


def deliver(record: SQSRecord) -> None:
    """Handle one message; PutBack leaves it in the queue."""
    system = bootstrap.system()
    try:
        message = Message.decode(record.body)
    except Undecodable as reason:
        kept = keep_aside(system.objects, CALLBACKS, record.message_id, record.body)
        count(metrics, {"OrphanMessages": 1})
        logger.warning("the message was kept aside", extra={"kept": kept, "why": str(reason)})
        return
    logger.append_keys(job_id=message.job_id)
    verdict = deliverer().deliver(message.job_id)
    count(metrics, {verdict.outcome: 1})
    logger.info("callback handled", extra={"outcome": verdict.outcome, "again_in_s": verdict.again_in_s})
    if verdict.again_in_s is not None:
        system.queue.postpone(CALLBACKS, record.receipt_handle, verdict.again_in_s)
        raise PutBack(verdict.outcome)
