"""boto3 clients for the emulated AWS services of a local instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

REGION = "us-east-1"


@dataclass(frozen=True)
class AwsClients:
    """Clients by service name, all with the emulator's dummy credentials."""

    endpoint_url: str
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """Service name → URL, for services with an endpoint of their own."""

    def client(self, service: str) -> Any:
        """Return a new client of `service`."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.endpoints.get(service, self.endpoint_url),
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator accepts any key
            config=Config(
                signature_version="s3v4" if service == "s3" else None,
                retries={"total_max_attempts": 2},
                proxies={},
                connect_timeout=5,
                read_timeout=30,
            ),
        )
