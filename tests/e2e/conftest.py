"""One stack for all end-to-end tests, made from the real template.

HEAVYLIFT_STACK=.heavylift/local.json runs them against a stack that is already up.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.local import deploy, logs, stack
from infra.local.place import Aws, Place
from tests.support.net import free_port
from tests.support.workers import Worker, containers_of, workers_of

PARAMETERS = {
    "PagesTimeout": "20",
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
    place: Place
    said: dict[str, Any]

    @property
    def aws(self) -> Aws:
        return Aws(self.endpoint_url, self.said.get("endpoints", {}))

    @property
    def outputs(self) -> dict[str, str]:
        """TableName, BucketName, PagesQueueName, PagesDeadLetterQueueName, PagesFunctionName, ..."""
        return self.said.get("outputs") or deploy.outputs(self.place)

    @property
    def emulator_log(self) -> Path:
        return self.place.log

    def function_logs(self) -> list[str]:
        """Every line that the functions wrote, oldest first."""
        if "logs" in self.said:
            return [line for log in self.said["logs"] for line in Path(log).read_text().splitlines()]
        return [text for _, _, text in logs.lines(self.place)]

    def workers(self, function: str) -> Sequence[Worker]:
        """What a function runs in just now: containers, or processes."""
        found = containers_of if self.said.get("containers") else workers_of
        return found(self.endpoint_url, function)


@pytest.fixture(scope="session", name="stack")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    if running := os.environ.get("HEAVYLIFT_STACK"):
        yield _described(Path(running))
        return
    place = Place(free_port(), tmp_path_factory.mktemp("stack"))
    try:
        stack.up(place, PARAMETERS, leashed=True)
        yield _described(place.description)
    finally:
        stack.down(place)


def _described(file: Path) -> Stack:
    said: dict[str, Any] = json.loads(file.read_text())
    port = int(said["endpoint_url"].rsplit(":", 1)[1])
    return Stack(said["api_url"], said["endpoint_url"], Place(port, file.resolve().parent), said)
