"""One embedded stack: its port, its folder and the environment of its programs.

Several instances can run at the same time, each with its own port and folder.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from infra.local.aws_clients import REGION, AwsClients

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
STACK = "heavylift"
BASE_PATH = "/_aws/execute-api/heavylift"
"""The emulator serves an API below its id. template.yaml sets this id with the tag `ms-custom-id`."""

DEFAULT_STATE = ROOT / ".heavylift"
DEFAULT_PORT = 4566


@dataclass(frozen=True)
class LocalInstance:
    port: int = DEFAULT_PORT
    state_dir: Path = DEFAULT_STATE
    docker: bool = False
    """True runs image functions from their images, False from the sources of the images."""

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
        """local.json: programs read the addresses of the stack from this file."""
        return self.state_dir / "local.json"

    @property
    def emulator_state(self) -> Path:
        """Separate by port and by `docker`: the state holds addresses, and functions as zip or image."""
        return self.state_dir / "state" / (f"{self.port}-docker" if self.docker else str(self.port))

    @property
    def tmp(self) -> Path:
        return self.state_dir / "tmp"

    @property
    def staged(self) -> Path:
        """The copy of the sources that is deployed."""
        return self.state_dir / "staged"

    @property
    def environment(self) -> dict[str, str]:
        """Environment of every program of the stack, without this machine's own AWS settings."""
        own = {
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
        return inherited | own

    @cached_property
    def aws(self) -> AwsClients:
        return AwsClients(self.endpoint_url)
