"""The messages of `make up`, `down`, `run` and `status` when there is nothing to do or a file is missing."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from infra.local.__main__ import main


@pytest.fixture(autouse=True)
def _keep_signal_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)


def test_the_status_of_a_stack_that_is_down_names_make_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--state-dir", str(tmp_path), "status"]) == 1
    assert capsys.readouterr().err == "heavylift: The stack is not running. Start it with: make up\n"


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
