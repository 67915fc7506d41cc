"""The client with the real API in the test's process, and a transport that can inject faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest
from httpx_retries import Retry

from heavylift_client import Heavylift
from heavylift_client.__main__ import main
from heavylift_client.commands import session
from heavylift_client.transport import RETRY_POLICY
from tests.support.in_process_api import ApiWorld, InProcessTransport
from tests.support.world import COPY, TEXT

RunCli = Callable[..., tuple[int, str, str]]
"""(arguments) → exit code, standard output, standard error."""
Fault = Callable[[httpx.Request, httpx.BaseTransport], httpx.Response]

AT_ONCE = Retry(
    total=3,
    allowed_methods=RETRY_POLICY.allowed_methods,
    status_forcelist=RETRY_POLICY.status_forcelist,
    respect_retry_after_header=False,
)
"""The client's own retries, without pauses."""


class FlakyTransport(httpx.BaseTransport):
    """Sends requests to the API. Each request uses up a fault, which may answer instead."""

    def __init__(self, api: httpx.BaseTransport) -> None:
        self._api = api
        self.faults: list[Fault] = []
        self.seen: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        request.read()
        if self.faults:
            return self.faults.pop(0)(request, self._api)
        return self._api.handle_request(request)


@pytest.fixture
def world() -> ApiWorld:
    return ApiWorld(require_api_key=False)


@pytest.fixture
def transport(world: ApiWorld) -> FlakyTransport:
    return FlakyTransport(InProcessTransport(world.api.app))


@pytest.fixture
def heavylift(transport: FlakyTransport) -> Iterator[Heavylift]:
    with Heavylift("http://api", transport=transport, retry_policy=AT_ONCE) as client:
        yield client


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An input that the copy task accepts."""
    path = tmp_path / "input.txt"
    path.write_bytes(TEXT + b"hello")
    return path


def let_worker_run(world: ApiWorld) -> Fault:
    """Return a fault that lets the worker run first."""

    def work_then_pass_on(request: httpx.Request, api: httpx.BaseTransport) -> httpx.Response:
        world.work()
        return api.handle_request(request)

    return work_then_pass_on


def pass_on(request: httpx.Request, api: httpx.BaseTransport) -> httpx.Response:
    return api.handle_request(request)


TASK = COPY.name


def make_cli(
    transport: httpx.BaseTransport, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> RunCli:
    """Return the command, whose client uses the transport."""
    monkeypatch.setattr(session, "Heavylift", partial(Heavylift, transport=transport, retry_policy=AT_ONCE))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main(["--url", "http://api", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def run_cli(
    transport: FlakyTransport, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> RunCli:
    """The command, whose client uses the transport."""
    return make_cli(transport, monkeypatch, capsys)
