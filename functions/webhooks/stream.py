"""From the table's stream to the queue of callbacks: one message for each job that has ended.

The filter in template.yaml passes no other records. After an error Lambda sends the whole batch again. The
deliverer ignores the duplicate messages.
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from heavylift.jobs.job import Job
from heavylift.ports.queue import Message
from heavylift.runtime import bootstrap
from heavylift.runtime.logging import route_library_logs
from webhooks.settings import CALLBACKS

logger, tracer = Logger(service="stream"), Tracer(service="stream")
route_library_logs(logger)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """Enqueue a delivery for each record of the table's stream."""
    for record in event["Records"]:
        enqueue_delivery(DynamoDBRecord(record))


def enqueue_delivery(record: DynamoDBRecord) -> None:
    """Send the message of one record. Raises ValueError if the record has no new image."""
    image = record.dynamodb and record.dynamodb.new_image
    if not image:
        raise ValueError("a stream record has no new image: see the filter in template.yaml")
    job = Job.of(image)
    bootstrap.get_system().queue.send(CALLBACKS, Message(job.id), group=job.tenant)
    logger.info("a job has ended", extra={"job_id": job.id, "status": job.status})
