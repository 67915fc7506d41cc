"""One stack for all end-to-end tests, made from the real template.

HEAVYLIFT_STACK=.heavylift/local.json runs them against a stack that is already up.
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
from infra.local.instance import HOST, Aws, LocalInstance
from infra.local.port_forward import reachable
from tests.support.ports import free_port
from tests.support.running_workers import Worker, containers_of, workers_of

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
"""Short, so that a worker's death is noticed soon; two, so that there is a line to wait in."""


@dataclass(frozen=True)
class Stack:
    """A stack that is up, as its local.json describes it."""

    api_url: str
    endpoint_url: str
    place: LocalInstance
    said: dict[str, Any]

    @property
    def aws(self) -> Aws:
        return Aws(self.endpoint_url, self.said.get("endpoints", {}))

    @property
    def outputs(self) -> dict[str, str]:
        """TableName, BucketName, PagesQueueName, PagesDeadLetterQueueName, PagesFunctionName, ..."""
        return self.said.get("outputs") or deploy.outputs(self.place)

    def raw_logs(self) -> list[str]:
        """What the stack's programs wrote, the functions' own lines among it. Quick, however much it is."""
        files = [Path(log) for log in self.said.get("logs", [self.place.log])]
        return [line for file in files for line in file.read_text(errors="replace").splitlines()]

    def function_logs(self) -> list[str]:
        """Every line that the functions wrote, oldest first."""
        if "logs" in self.said:
            return without_last_words(self.raw_logs())
        return [text for _, _, text in logs.lines(self.place)]

    @contextmanager
    def reached(self, port: int) -> Iterator[str]:
        """Inside the block the functions reach this port of this machine's loopback, by the name given."""
        name = self.said.get("host_from_inside")
        with reachable(port) if name else nullcontext():
            yield name or HOST

    @property
    def keeps_workers(self) -> bool:
        """False where each invocation has a worker of its own, as under `sam local`."""
        return bool(self.said.get("keeps_workers", True))

    def workers(self, function: str) -> Sequence[Worker]:
        """What a function runs in just now: containers, or processes."""
        found = containers_of if self.said.get("containers") else workers_of
        return found(self.endpoint_url, function)


def without_last_words(lines: list[str]) -> list[str]:
    """`sam local` ends a container whose runtime is asking for more work, which that takes for an error.

    The lines of several containers may be mixed, so its traceback begins soon after, but maybe not at once.
    """

    def is_last_word(number: int) -> bool:
        before = lines[max(0, number - 5) : number]
        return any("LAMBDA_RUNTIME Failed to get next invocation" in line for line in before)

    return [line for number, line in enumerate(lines) if "Traceback" not in line or not is_last_word(number)]


@pytest.fixture(scope="session", name="stack")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    if running := os.environ.get("HEAVYLIFT_STACK"):
        yield _described(Path(running))
        return
    place = LocalInstance(free_port(), tmp_path_factory.mktemp("stack"))
    try:
        stack.up(place, PARAMETERS, tied_to_parent=True)
        yield _described(place.description)
    finally:
        stack.down(place)


def _described(file: Path) -> Stack:
    said: dict[str, Any] = json.loads(file.read_text())
    port = int(said["endpoint_url"].rsplit(":", 1)[1])
    return Stack(said["api_url"], said["endpoint_url"], LocalInstance(port, file.resolve().parent), said)
