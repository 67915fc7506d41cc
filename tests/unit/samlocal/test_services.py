"""The services of a session have a port of their own: a stack of `make up` may keep the default port."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from infra.local import emulator
from infra.local.console import CommandError
from infra.local.instance import DEFAULT_PORT, LocalInstance
from infra.samlocal import __main__ as command
from infra.samlocal.session import open_services


@pytest.fixture(name="started")
def record_starts(monkeypatch: pytest.MonkeyPatch) -> list[LocalInstance]:
    started: list[LocalInstance] = []

    def start(instance: LocalInstance, **_options: object) -> None:
        started.append(instance)
        raise CommandError("enough")

    monkeypatch.setattr(emulator, "start", start)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    return started


@pytest.mark.parametrize("port", [3000, 5000])
def test_the_services_take_the_second_port_after_the_apis(
    started: list[LocalInstance], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, port: int
) -> None:
    arguments = ["--port", str(port), "--state-dir", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["infra.samlocal", *arguments])
    assert command.main() == 1
    assert [each.port for each in started] == [port + 2]
    assert started[0].port != DEFAULT_PORT


def test_services_that_are_there_are_used(
    started: list[LocalInstance], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    with open_services(tmp_path, 3002) as aws:
        assert aws.endpoint_url == "http://127.0.0.1:4566"
    assert started == []
