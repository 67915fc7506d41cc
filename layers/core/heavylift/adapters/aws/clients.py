"""boto3 clients, created on first use and once per process."""

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
    # SigV4 for presigned urls too: older signatures do not support response headers in every region.
    signature_version="v4",
)
S3_CONFIG = CONFIG.merge(Config(signature_version="s3v4", s3={"addressing_style": "path"}))


def code_of(error: ClientError) -> str:
    """Return AWS's error code; empty if the error has none."""
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def translate_throttling() -> Iterator[None]:
    """Raise Throttled for a throttling error that outlasted boto3's retries. Other errors pass unchanged."""
    try:
        yield
    except ClientError as error:
        if code_of(error) in THROTTLES:
            raise Throttled("A service is throttling requests; try again shortly.") from error
        raise


@lru_cache(maxsize=1)
def dynamodb_client() -> DynamoDBClient:
    return boto3.client("dynamodb", config=CONFIG)


@lru_cache(maxsize=1)
def sqs_client() -> SQSClient:
    return boto3.client("sqs", config=CONFIG)


@lru_cache(maxsize=4)
def s3_client(endpoint_url: str | None = None) -> S3Client:
    """Return the S3 client. `endpoint_url` is the address at which clients reach S3, for presigned urls."""
    options: dict[str, Any] = {"endpoint_url": endpoint_url} if endpoint_url else {}
    return boto3.client("s3", config=S3_CONFIG, **options)
