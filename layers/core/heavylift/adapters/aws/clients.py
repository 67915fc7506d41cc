"""boto3 clients, created on first use and once per process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004

from heavylift.errors import Throttled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_lambda.client import LambdaClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sqs.client import SQSClient

PASSING_FAULTS = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Error codes of a service that throttles or is down for a moment."""

CONFIG = Config(
    # Three tries of a service that does not answer end within 12 s: before API Gateway gives up at 30 s.
    retries={"mode": "standard", "total_max_attempts": 3},
    connect_timeout=1,
    read_timeout=3,
    tcp_keepalive=True,
    # SigV4 for presigned urls too: older signatures do not support response headers in every region.
    signature_version="v4",
)
S3_READ_TIMEOUT_S = 60
"""An object's body may be long, and S3 answers a large PUT only at its end."""


SERVER_ERROR = 500


def _status_of(error: ClientError) -> int:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def code_of(error: ClientError) -> str:
    """Return AWS's error code; empty if the error has none."""
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def translate_throttling() -> Iterator[None]:
    """Raise Throttled for a passing fault that outlasted boto3's retries. Other errors pass unchanged.

    Passing faults: throttling, an internal error of the service, and a service that does not answer.
    """
    try:
        yield
    except (ConnectionError, HTTPClientError) as error:
        raise Throttled("A service does not answer; try again shortly.") from error
    except ClientError as error:
        if code_of(error) in PASSING_FAULTS or _status_of(error) >= SERVER_ERROR:
            raise Throttled("A service is throttling requests; try again shortly.") from error
        raise


@lru_cache(maxsize=1)
def dynamodb_client() -> DynamoDBClient:
    return boto3.client("dynamodb", config=CONFIG)


@lru_cache(maxsize=1)
def lambda_client() -> LambdaClient:
    return boto3.client("lambda", config=CONFIG)


@lru_cache(maxsize=1)
def scheduler_client() -> Any:
    return boto3.client("scheduler", config=CONFIG)


@lru_cache(maxsize=1)
def sqs_client() -> SQSClient:
    return boto3.client("sqs", config=CONFIG)


@lru_cache(maxsize=4)
def s3_client(endpoint_url: str | None, /) -> S3Client:
    """Return the S3 client. `endpoint_url` is the address at which clients reach S3, for presigned urls.

    The argument has no default: `lru_cache` would take a call without it and a call with None for two.
    """
    options: dict[str, Any] = {"endpoint_url": endpoint_url} if endpoint_url else {}
    return boto3.client("s3", config=_s3_config(overridden=bool(endpoint_url)), **options)


def _s3_config(*, overridden: bool) -> Config:
    """Return the configuration of S3. On AWS each bucket has its own host, and so its own origin.

    An endpoint of one's own, such as an emulator's, has one host for all buckets.
    """
    overridden = overridden or any(
        os.environ.get(name) for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
    )
    return CONFIG.merge(
        Config(
            signature_version="s3v4",
            connect_timeout=3,
            read_timeout=S3_READ_TIMEOUT_S,
            s3={
                "addressing_style": "path" if overridden else "virtual",
                "us_east_1_regional_endpoint": "regional",
            },
        )
    )
