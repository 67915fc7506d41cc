"""The messages of `make up`, `down`, `run` and `status` when there is nothing to do or a file is missing."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from infra.local import emulator
from infra.local.__main__ import main
from infra.local.instance import LocalInstance
from tests.support.ports import find_free_port


@pytest.fixture(autouse=True)
def _keep_signal_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)


@pytest.mark.parametrize("command", ["status", "logs"])
def test_a_stopped_stack_is_no_error_and_the_answer_names_make_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main(["--state-dir", str(tmp_path), command]) == 0
    assert capsys.readouterr().out == "The stack is not running. Start it with: make up\n"


def test_a_stopped_stack_has_no_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--state-dir", str(tmp_path), "url"]) == 1
    assert capsys.readouterr() == ("", "heavylift: The stack is not running. Start it with: make up\n")


def test_the_address_of_a_running_stack_stands_alone_for_scripts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    instance = LocalInstance(find_free_port(), tmp_path)
    instance.description.write_text(json.dumps({"api_url": instance.api_url}))
    emulator.start(instance)
    try:
        assert main(["--state-dir", str(tmp_path), "url"]) == 0
    finally:
        emulator.stop(instance)
    assert capsys.readouterr().out == f"http://127.0.0.1:{instance.port}/_aws/execute-api/heavylift\n"


def test_a_missing_file_is_an_error_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing.pdf"
    state = tmp_path / "state"
    assert main(["--state-dir", str(state), "run", "--file", str(missing)]) == 1
    assert capsys.readouterr().err == f"heavylift: File not found: {missing}\n"
    assert not state.exists()


def test_down_twice_is_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--state-dir", str(tmp_path), "down"]) == 0
    assert "The stack was not running." in capsys.readouterr().out
