"""boto3 clients, made once per process and only when first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from heavylift.errors import Throttled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sqs.client import SQSClient

THROTTLES = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)

CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 5},
    connect_timeout=3,
    read_timeout=30,
    tcp_keepalive=True,
    # SigV4 also for presigned urls: the older form can't carry response headers everywhere.
    signature_version="v4",
)
S3_CONFIG = CONFIG.merge(Config(signature_version="s3v4", s3={"addressing_style": "path"}))


def code_of(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def translate_throttling() -> Iterator[None]:
    """A throttle that outlived the client's own retries → Throttled; all else as it is."""
    try:
        yield
    except ClientError as error:
        if code_of(error) in THROTTLES:
            raise Throttled("The service is asking for fewer requests; try again shortly.") from error
        raise


@lru_cache(maxsize=1)
def dynamodb_client() -> DynamoDBClient:
    return boto3.client("dynamodb", config=CONFIG)


@lru_cache(maxsize=1)
def sqs_client() -> SQSClient:
    return boto3.client("sqs", config=CONFIG)


@lru_cache(maxsize=4)
def s3_client(endpoint_url: str | None = None) -> S3Client:
    """`endpoint_url`: the address under which the outside reaches S3, for presigning."""
    options: dict[str, Any] = {"endpoint_url": endpoint_url} if endpoint_url else {}
    return boto3.client("s3", config=S3_CONFIG, **options)
