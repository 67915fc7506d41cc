"""From the table's stream to the queue of callbacks: a message for each job that has come to its end.

template.yaml's filter lets nothing else through. After an error the same records come again, all of them:
a message too many is one that finds nothing left to do.
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from heavylift.jobs.job import Job
from heavylift.ports.queue import Message
from heavylift.runtime import bootstrap
from heavylift.runtime.logging import library_logs_to
from webhooks.settings import CALLBACKS

logger, tracer = Logger(service="stream"), Tracer(service="stream")
library_logs_to(logger)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """Records of the table's stream, each with the image of a job."""
    for record in event["Records"]:
        announce(DynamoDBRecord(record))


def announce(record: DynamoDBRecord) -> None:
    image = record.dynamodb and record.dynamodb.new_image
    if not image:
        raise ValueError("a record of the stream without its new image: see template.yaml's filter")
    job = Job.of(image)
    bootstrap.system().queue.send(CALLBACKS, Message(job.id), group=job.tenant)
    logger.info("a job has ended", extra={"job_id": job.id, "status": job.status})
