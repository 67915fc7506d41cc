"""What `make up`, `down`, `run` and `status` say when there is nothing to do or something is missing."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from infra.local import emulator
from infra.local.__main__ import main
from infra.local.instance import LocalInstance
from tests.support.ports import free_port


@pytest.fixture(autouse=True)
def _the_test_process_keeps_its_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)


@pytest.mark.parametrize("command", ["status", "logs"])
def test_a_stack_that_is_down_is_no_error_and_the_answer_says_how_to_start_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main(["--state-dir", str(tmp_path), command]) == 0
    assert capsys.readouterr().out == "The stack is down: make up starts it\n"


def test_a_stack_that_is_down_has_no_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--state-dir", str(tmp_path), "url"]) == 1
    assert capsys.readouterr() == ("", "heavylift: The stack is down: make up starts it\n")


def test_the_address_of_a_stack_that_is_up_stands_alone_for_scripts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = LocalInstance(free_port(), tmp_path)
    place.description.write_text(json.dumps({"api_url": place.api_url}))
    emulator.start(place)
    try:
        assert main(["--state-dir", str(tmp_path), "url"]) == 0
    finally:
        emulator.stop(place)
    assert capsys.readouterr().out == f"http://127.0.0.1:{place.port}/_aws/execute-api/heavylift\n"


def test_a_file_that_is_not_there_is_told_before_anything_is_started(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing.pdf"
    state = tmp_path / "state"
    assert main(["--state-dir", str(state), "run", "--file", str(missing)]) == 1
    assert capsys.readouterr().err == f"heavylift: There is no file {missing}\n"
    assert not state.exists()


def test_down_twice_is_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--state-dir", str(tmp_path), "down"]) == 0
    assert "it was not up" in capsys.readouterr().out
