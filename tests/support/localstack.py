"""The LocalStack that tests are to use: at AWS_ENDPOINT_URL, or where LocalStack usually is."""

from __future__ import annotations

import os
from typing import Any

import boto3
from localstack_client.session import Session

from infra.local.instance import Aws

USUAL_URL = "http://localhost:4566"


def client(service: str, **options: Any) -> Any:
    """A client of one of its services. AWS_ENDPOINT_URL_<SERVICE> names one that is elsewhere."""
    session = Session(aws_access_key_id="test", aws_secret_access_key="test")
    elsewhere = os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}")
    if elsewhere:
        made = boto3.client  # localstack-client knows one address only
        access = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return made(service, endpoint_url=elsewhere, **access, **options)  # type: ignore[call-overload]
    return session.client(service, **options)


class LocalStack(Aws):
    """The same, for what asks for clients by an `Aws`."""

    def __init__(self) -> None:
        super().__init__(os.environ.get("AWS_ENDPOINT_URL", USUAL_URL))

    def client(self, service: str) -> Any:
        return client(service)
