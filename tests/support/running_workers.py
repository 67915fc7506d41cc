"""Finds the processes and containers in which a local stack runs its functions."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import Protocol

import psutil


class Worker(Protocol):
    def kill(self) -> None:
        """Send SIGKILL. Raises NoSuchProcess if the worker has already ended."""


@dataclass(frozen=True)
class Container:
    id: str

    def kill(self) -> None:
        try:
            _docker("kill", self.id)
        except subprocess.CalledProcessError:
            raise psutil.NoSuchProcess(0) from None


def find_processes(endpoint_url: str, function: str) -> list[psutil.Process]:
    """Return the live processes of a stack's function."""
    found = []
    for process in psutil.process_iter():
        try:
            if (
                function in " ".join(process.cmdline())
                and process.environ().get("AWS_ENDPOINT_URL") == endpoint_url
            ):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def find_containers(endpoint_url: str, function: str) -> list[Container]:
    """Return the containers whose environment names this function and an endpoint on the same port."""
    running = _docker("ps", "--quiet").split()
    if not running:
        return []
    port = endpoint_url.rsplit(":", 1)[1]
    found = []
    # Some may have ended since: then the command fails, and lists the others.
    for container in json.loads(_docker("inspect", *running, check=False)):
        environment = dict(pair.split("=", 1) for pair in container["Config"]["Env"])
        same_port = environment.get("AWS_ENDPOINT_URL", "").endswith(f":{port}")
        if environment.get("AWS_LAMBDA_FUNCTION_NAME") == function and same_port:
            found.append(Container(container["Id"]))
    return found


def _docker(*arguments: str, check: bool = True) -> str:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=check).stdout
