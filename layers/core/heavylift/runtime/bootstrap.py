"""The composition root: the only place that builds real objects."""

from __future__ import annotations

from functools import lru_cache

from heavylift.adapters.system_clock import SystemClock
from heavylift.ports.system import System
from heavylift.settings import Settings


@lru_cache(maxsize=1)
def system() -> System:
    """The system on AWS, from the environment; built at the first call and kept while warm."""
    # boto3 costs more to import than everything else together: only here, only when needed.
    from heavylift.adapters.aws.clients import dynamodb_client, s3_client, sqs_client  # noqa: PLC0415
    from heavylift.adapters.aws.dynamodb import DynamoTable  # noqa: PLC0415
    from heavylift.adapters.aws.s3 import S3Objects  # noqa: PLC0415
    from heavylift.adapters.aws.sqs import SqsQueue  # noqa: PLC0415

    settings = Settings.read()
    return System(
        table=DynamoTable(dynamodb_client(), settings.table_name),
        queue=SqsQueue(sqs_client(), settings.queues),
        objects=S3Objects(s3_client(), settings.bucket_name, s3_client(settings.public_s3_endpoint)),
        clock=SystemClock(),
        settings=settings,
    )
