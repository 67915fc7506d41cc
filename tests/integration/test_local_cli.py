"""What `make up`, `down`, `run` and `status` say when there is nothing to do or something is missing."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from infra.local.__main__ import main


@pytest.fixture(autouse=True)
def _the_test_process_keeps_its_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)


def test_the_status_of_a_stack_that_is_down_says_how_to_start_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--state-dir", str(tmp_path), "status"]) == 1
    assert capsys.readouterr().err == "heavylift: The stack is down: make up starts it\n"


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
