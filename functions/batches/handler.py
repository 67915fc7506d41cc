"""The entry point in Lambda of the worker that makes the jobs of batches, and cancels them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from batches.messages import handle_message
from heavylift.ports.queue import Disposition, Message
from heavylift.ports.system import System
from heavylift.runtime.worker_handler import Worker, worker_handler
from heavylift.tasks.registry import register_tasks

register_tasks(Path(__file__).resolve().parents[1])


def handle(
    worker: Worker, system: System, message: Message, record: SQSRecord, context: LambdaContext
) -> Disposition:
    """Make the jobs of the batch that the message names, or cancel them if it has ended."""
    ends_at = system.clock.now() + context.get_remaining_time_in_millis() / 1000
    run = partial(worker.handle, system, message, record, context)
    return handle_message(system, message, ends_at, run)


handler = worker_handler("batches", handle=handle)
