"""The composition root: the only module that connects the ports to AWS."""

from __future__ import annotations

from functools import lru_cache

from heavylift.adapters.system_clock import SystemClock
from heavylift.ports.queue import JobQueue
from heavylift.ports.scheduler import Scheduler
from heavylift.ports.switch import QueueSwitch
from heavylift.ports.system import System
from heavylift.settings import Settings


@lru_cache(maxsize=1)
def get_system() -> System:
    """Return the system on AWS, configured by the environment. Built at the first call, then cached."""
    # Imported only when needed: boto3 takes longer to import than everything else together.
    from heavylift.adapters.aws.clients import dynamodb_client, s3_client, sqs_client  # noqa: PLC0415
    from heavylift.adapters.aws.dynamodb import DynamoTable  # noqa: PLC0415
    from heavylift.adapters.aws.s3 import S3Objects  # noqa: PLC0415
    from heavylift.adapters.aws.sqs import SqsQueue  # noqa: PLC0415

    settings = Settings.read()
    return System(
        table=DynamoTable(dynamodb_client(), settings.table_name),
        queue=SqsQueue(sqs_client(), settings.queue_prefix),
        objects=S3Objects(s3_client(None), settings.bucket_name, s3_client(settings.public_s3_endpoint)),
        clock=SystemClock(),
        settings=settings,
    )


@lru_cache(maxsize=1)
def get_queue_switch() -> QueueSwitch:
    """Return the switches of the queues that EVENT_SOURCES names."""
    from heavylift.adapters.aws.clients import lambda_client  # noqa: PLC0415 - as above
    from heavylift.adapters.aws.mappings import MappingSwitch  # noqa: PLC0415

    return MappingSwitch(lambda_client(), Settings.read().event_sources)


@lru_cache(maxsize=1)
def get_scheduler() -> Scheduler:
    """Return the scheduler, with the stack's group of entries."""
    from heavylift.adapters.aws.clients import scheduler_client  # noqa: PLC0415 - as above
    from heavylift.adapters.aws.scheduler import EventBridgeScheduler  # noqa: PLC0415

    settings = Settings.read()
    return EventBridgeScheduler(
        scheduler_client(), settings.schedule_group, settings.schedule_target, settings.schedule_role
    )


@lru_cache(maxsize=1)
def get_callback_queue() -> JobQueue:
    """Return the queues with that of callbacks, for a function whose own queues have another prefix."""
    from heavylift.adapters.aws.clients import sqs_client  # noqa: PLC0415 - as above
    from heavylift.adapters.aws.sqs import SqsQueue  # noqa: PLC0415

    return SqsQueue(sqs_client(), Settings.read().callback_queue_prefix)
