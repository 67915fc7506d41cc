"""What follows the end of a job: messages for its callback and the delivery of its outputs, the end of what
waits for it, a count on its batch, and the deletion of its secret params.

The filter in template.yaml passes no other records. A record that can't be handled now is reported: Lambda
sends it and those behind it again. A record without a job's id and tenant would fail for ever, and hold up
its shard: it goes to quarantine. The deliverer ignores duplicate messages.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from heavylift.job_store.batch_counts import count_end
from heavylift.job_store.load import load_job
from heavylift.job_store.waiting import settle_dependents
from heavylift.jobs.object_keys import callback_headers_key, sealed_key
from heavylift.jobs.states import Status
from heavylift.ports.queue import Message
from heavylift.recovery.quarantine import quarantine
from heavylift.runtime import bootstrap
from heavylift.runtime.logging import route_library_logs
from heavylift.tasks.registry import register_tasks
from heavylift.webhooks.output_delivery import DELIVERY
from heavylift.webhooks.parking import CALLBACKS

STREAM = "stream"
"""The folder of the quarantine."""

logger, tracer = Logger(service="stream"), Tracer(service="stream")
route_library_logs(logger)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Enqueue a delivery for each record. Return the first record to send again, if one failed."""
    for record in event["Records"]:
        try:
            handle_record(record)
        except Exception:  # whatever it is, the records before this one need not come again
            logger.exception("a record is tried again")
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}


def handle_record(record: dict[str, Any]) -> None:
    """Do what the end of one job asks for, or put the record into quarantine if it names no job."""
    try:
        image = record["dynamodb"]["NewImage"]
        job_id, tenant, status = _read_strings(image, "id", "tenant", "status")
    except (KeyError, TypeError) as fault:
        _keep_aside(record, fault)
        return
    wanted = _is_wanted(image, status)
    if "callback_url" in image and wanted:
        bootstrap.get_callback_queue().send(CALLBACKS, Message(job_id), group=tenant)
    if "awaited" in image:
        _know_tasks()
        settle_dependents(bootstrap.get_system(), job_id)
    if "batch_id" in image:
        _count_end(job_id)
    far = "far" in image
    if "callback_headers" in image and status == Status.DONE and not wanted:
        bootstrap.get_system().objects.delete(callback_headers_key(job_id, far=far))
    if "deliver_url" in image and status == Status.DONE:
        bootstrap.get_callback_queue().send(CALLBACKS, Message(job_id, DELIVERY), group=tenant)
    if "sealed" in image and status == Status.DONE:  # any other job may be retried, with its secret params
        bootstrap.get_system().objects.delete(sealed_key(job_id, far=far))
    logger.info("a job has ended", extra={"job_id": job_id})


def _count_end(job_id: str) -> None:
    """Count the end of a batch's job. If the job runs again, its next end is counted."""
    system = bootstrap.get_system()
    job = load_job(system.table, job_id)
    if job is not None:
        count_end(system, job)


@cache
def _know_tasks() -> None:
    """Find the tasks. Only a job that waited needs them: most invocations are spared the time."""
    register_tasks(Path(__file__).resolve().parents[1])


def _is_wanted(image: dict[str, Any], status: str) -> bool:
    """Return whether the client has chosen this end for the callback."""
    ends = image.get("callback_on", {}).get("L")
    return ends is None or status.lower() in [end["S"] for end in ends]


def _read_strings(image: dict[str, Any], *names: str) -> list[str]:
    """Return these attributes of an image. Raises KeyError or TypeError if one is not a string.

    No other attribute is required: a record of another release may lack it.
    """
    return [image[name]["S"] for name in names]


def _keep_aside(record: dict[str, Any], fault: Exception) -> None:
    """Store the keys of a record that names no job. The item itself may hold private data."""
    keys = {name: record.get("dynamodb", {}).get(name) for name in ("Keys", "SequenceNumber")}
    name = str(record.get("eventID") or keys["SequenceNumber"])
    kept = quarantine(bootstrap.get_system().objects, STREAM, name, json.dumps(keys))
    logger.error("a record names no job", extra={"kept": kept, "why": repr(fault), **keys})
