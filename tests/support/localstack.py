"""The LocalStack for the tests: at AWS_ENDPOINT_URL, else at the usual address."""

from __future__ import annotations

import os
from typing import Any

import boto3
from localstack_client.session import Session

from infra.local.aws_clients import AwsClients

DEFAULT_URL = "http://localhost:4566"


def client(service: str, **options: Any) -> Any:
    """Return a client of a service. AWS_ENDPOINT_URL_<SERVICE> overrides the address."""
    session = Session(aws_access_key_id="test", aws_secret_access_key="test")
    elsewhere = os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}")
    if elsewhere:
        made = boto3.client  # localstack-client takes a single address
        access = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return made(service, endpoint_url=elsewhere, **access, **options)  # type: ignore[call-overload]
    return session.client(service, **options)


class LocalStack(AwsClients):
    """The same, for what asks for clients by an `Aws`."""

    def __init__(self) -> None:
        super().__init__(os.environ.get("AWS_ENDPOINT_URL", DEFAULT_URL))

    def client(self, service: str) -> Any:
        return client(service)
