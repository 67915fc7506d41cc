"""The stack of the end-to-end tests, deployed from the real template.

HEAVYLIFT_STACK=.heavylift/local.json names a stack that is already up.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.local import deploy, logs, stack
from infra.local.aws_clients import AwsClients
from infra.local.instance import HOST, LocalInstance
from infra.local.port_forward import find_bridge_address, forward_ports
from tests.support.ports import find_free_port
from tests.support.running_workers import Worker, find_containers, find_processes

PARAMETERS = {
    "PagesTimeout": "30",
    "PagesConcurrency": "2",
    "LearnTimeout": "60",
    "LearnConcurrency": "2",
    "OcrTimeout": "300",
    "OcrConcurrency": "2",
    "MessageTimeout": "20",
    "MessageConcurrency": "2",
    "CallbackPauses": "1,1",
    "CallbackSeconds": "4",
    "LogLevel": "INFO",
}
"""Short timeouts, so that a killed worker is noticed soon. Two workers, so that jobs wait in the queue."""


@dataclass(frozen=True)
class Stack:
    """A stack that is up, read from its local.json."""

    api_url: str
    endpoint_url: str
    place: LocalInstance
    description: dict[str, Any]

    @property
    def aws(self) -> AwsClients:
        return AwsClients(self.endpoint_url, self.description.get("endpoints", {}))

    @property
    def outputs(self) -> dict[str, str]:
        """TableName, BucketName, PagesQueueName, PagesDeadLetterQueueName, PagesFunctionName, ..."""
        return self.description.get("outputs") or deploy.read_outputs(self.place)

    def raw_logs(self) -> list[str]:
        """Return the lines of the stack's log files, which include the functions' lines."""
        files = [Path(log) for log in self.description.get("logs", [self.place.log])]
        return [line for file in files for line in file.read_text(errors="replace").splitlines()]

    def function_logs(self) -> list[str]:
        """Return the lines of the functions, oldest first."""
        if "logs" in self.description:
            return drop_shutdown_errors(self.raw_logs())
        return [text for _, _, text in logs.read_lines(self.place)]

    def tracebacks(self) -> list[str]:
        """Return every traceback of the functions with the lines around it."""
        lines = self.function_logs()
        return [
            "\n".join(lines[max(0, number - 8) : number + 25])
            for number, line in enumerate(lines)
            if "Traceback" in line
        ]

    @contextmanager
    def reach(self, port: int) -> Iterator[str]:
        """Let the functions reach a port of this machine's loopback. Yields the host name for them.

        Where only the images run in containers, it is the bridge's address: all functions reach that.
        """
        name = self.description.get("host_from_inside")
        if name is None and self.description.get("containers"):
            name = find_bridge_address()
        with forward_ports(port) if name else nullcontext():
            yield name or HOST

    @property
    def keeps_workers(self) -> bool:
        """False if every invocation starts a new worker, as under `sam local`."""
        return bool(self.description.get("keeps_workers", True))

    def workers(self, function: str) -> Sequence[Worker]:
        """Return the containers or processes that run a function at this moment."""
        found = find_containers if self.description.get("containers") else find_processes
        return found(self.endpoint_url, function)


def drop_shutdown_errors(lines: list[str]) -> list[str]:
    """Drop the tracebacks of a runtime that `sam local` stops while it waits for its next invocation.

    Lines of several containers mix, so a traceback may begin a few lines after its error.
    """

    def is_shutdown_error(number: int) -> bool:
        before = lines[max(0, number - 5) : number]
        return any("LAMBDA_RUNTIME Failed to get next invocation" in line for line in before)

    return [
        line for number, line in enumerate(lines) if "Traceback" not in line or not is_shutdown_error(number)
    ]


@pytest.fixture(scope="session", name="stack")
def start_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    if running := os.environ.get("HEAVYLIFT_STACK"):
        yield _read_stack(Path(running))
        return
    place = LocalInstance(find_free_port(), tmp_path_factory.mktemp("stack"))
    try:
        stack.up(place, PARAMETERS, tied_to_parent=True)
        yield _read_stack(place.description)
    finally:
        stack.down(place)


def _read_stack(file: Path) -> Stack:
    description: dict[str, Any] = json.loads(file.read_text())
    port = int(description["endpoint_url"].rsplit(":", 1)[1])
    return Stack(
        description["api_url"],
        description["endpoint_url"],
        LocalInstance(port, file.resolve().parent),
        description,
    )
