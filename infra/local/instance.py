"""Where one embedded stack lives. Several can live side by side, each in its own place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
REGION = "us-east-1"
STACK = "heavylift"
BASE_PATH = "/_aws/execute-api/heavylift"
"""The emulator serves an API below its id, which template.yaml pins with the tag `ms-custom-id`."""

DEFAULT_STATE = ROOT / ".heavylift"
DEFAULT_PORT = 4566


@dataclass(frozen=True)
class LocalInstance:
    port: int = DEFAULT_PORT
    state_dir: Path = DEFAULT_STATE
    docker: bool = False
    """Whether image functions run from their images, not from the images' sources."""

    @property
    def endpoint_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def api_url(self) -> str:
        return self.endpoint_url + BASE_PATH

    @property
    def log(self) -> Path:
        return self.state_dir / "emulator.log"

    @property
    def pid_file(self) -> Path:
        return self.state_dir / "emulator.json"

    @property
    def description(self) -> Path:
        """How programs find the stack: local.json."""
        return self.state_dir / "local.json"

    @property
    def emulator_state(self) -> Path:
        """By port: the emulator's state holds addresses. And a function stays what it was, zip or image."""
        return self.state_dir / "state" / (f"{self.port}-docker" if self.docker else str(self.port))

    @property
    def tmp(self) -> Path:
        return self.state_dir / "tmp"

    @property
    def staged(self) -> Path:
        """The sources as they are deployed."""
        return self.state_dir / "staged"

    @property
    def environment(self) -> dict[str, str]:
        """For every program of the stack: this machine's AWS settings can't be reached from it."""
        ours = {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1,localhost",
            "SAM_CLI_TELEMETRY": "0",
        }
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "PYTHON", "COV_")) and name.lower() != "no_proxy"
        }
        return inherited | ours

    @cached_property
    def aws(self) -> Aws:
        return Aws(self.endpoint_url)


@dataclass(frozen=True)
class Aws:
    """Clients of the emulator, by service name."""

    endpoint_url: str
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """Of services that are reached elsewhere, by service name."""

    def client(self, service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.endpoints.get(service, self.endpoint_url),
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - any will do
            config=Config(
                signature_version="s3v4" if service == "s3" else None,
                retries={"total_max_attempts": 2},
                proxies={},
                connect_timeout=5,
                read_timeout=30,
            ),
        )
