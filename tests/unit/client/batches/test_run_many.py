"""The command with several files: as single jobs, and as one batch. Same folders, same exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from heavylift_client.calls import base
from heavylift_client.commands.file_batch import name_items
from heavylift_client.transport import http_client
from tests.support.batch_world import BatchWorld
from tests.support.client_store import ClientStore
from tests.support.in_process_api import InProcessApi
from tests.unit.client.batches.conftest import WorkingTransport
from tests.unit.client.conftest import TASK, RunCli, make_cli


@pytest.fixture
def run_cli(
    transport: WorkingTransport,
    store: ClientStore,
    api: InProcessApi,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> RunCli:
    monkeypatch.setenv("HEAVYLIFT_API_KEY", api.key("me"))

    def connect(url: str, *given: object, **more: object) -> object:
        return http_client(url, *given, **{**more, "transport": more.get("transport") or store})  # type: ignore[arg-type]

    monkeypatch.setattr(base, "http_client", connect)
    return make_cli(transport, monkeypatch, capsys)


def below(folder: Path) -> list[str]:
    return sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())


EXPECTED = ["letter/copy-1.txt", "scan (2)/copy-1.txt", "scan/copy-1.txt"]


@pytest.mark.parametrize("how", [(), ("--batch",)])
def test_the_outputs_of_each_file_are_in_a_folder_of_its_name(
    run_cli: RunCli, scans: list[Path], tmp_path: Path, how: tuple[str, ...]
) -> None:
    code, out, err = run_cli("run", TASK, *scans, *how, "--out", tmp_path / "out", "--tag", "a")
    assert code == 0, err
    assert below(tmp_path / "out") == EXPECTED
    assert f"3 files in {tmp_path}/out/, of 3 jobs\n" in out


@pytest.mark.parametrize("how", [(), ("--batch",)])
def test_what_fails_is_named_at_the_end_and_is_code_3(
    run_cli: RunCli, scans: list[Path], batches: BatchWorld, how: tuple[str, ...]
) -> None:
    code, out, err = run_cli("run", TASK, *scans, *how, "-p", "parts=2")
    assert code == 3
    rows = [line for line in out.splitlines() if line.endswith("The file is odd.")]
    assert [row.split("  ")[0] for row in rows] == ["scan", "scan (2)", "letter"]
    assert all("FAILED" in row for row in rows)
    assert "Error: " in err


def test_a_file_that_is_refused_does_not_stop_the_others(
    run_cli: RunCli, scans: list[Path], tmp_path: Path
) -> None:
    scans[1].write_bytes(b"nonsense")
    code, out, err = run_cli("run", TASK, *scans, "--out", tmp_path / "out")
    assert code == 3
    assert below(tmp_path / "out") == ["letter/copy-1.txt", "scan/copy-1.txt"]
    [row] = [line for line in out.splitlines() if "  refused  " in line]
    assert row.startswith(str(scans[1]))
    assert "1 of 3 jobs are not DONE" in err


def test_a_batch_with_a_file_that_does_not_fit_is_refused_with_the_files_name(
    run_cli: RunCli, scans: list[Path], tmp_path: Path
) -> None:
    scans[1].write_bytes(b"nonsense")
    code, _, err = run_cli("run", TASK, *scans, "--batch")
    assert code == 1
    assert f"tem 2 ({scans[1]})" in err
    code, out, _ = run_cli("run", TASK, *scans, "--batch", "--skip-invalid", "--out", tmp_path / "out")
    assert code == 0
    assert below(tmp_path / "out") == ["letter/copy-1.txt", "scan/copy-1.txt"]
    [row] = [line for line in out.splitlines() if "  refused  " in line]
    assert row.startswith(f"item 2 ({scans[1]})")


def test_a_batch_whose_wait_ends_is_followed_later(
    run_cli: RunCli, scans: list[Path], tmp_path: Path
) -> None:
    out = tmp_path / "my out"
    code, _, err = run_cli("run", TASK, *scans, "--batch", "--out", out, "--timeout", 0)
    assert code == 4
    [hint] = [line for line in err.splitlines() if "goes on" in line]
    batch = hint.split()[2]
    assert hint.endswith(f"heavylift batch wait {batch} --out '{out}'")
    assert run_cli("batch", "wait", batch, "--out", out)[0] == 0
    assert below(out) == EXPECTED
    assert run_cli("wait", batch)[0] == 0
    assert "To save their outputs: heavylift batch save" in run_cli("batch", "wait", batch)[2]
    code, printed, _ = run_cli("batch", "save", batch, "--out", tmp_path / "again")
    assert (code, printed) == (0, f"3 files in {tmp_path}/again/, of 3 jobs\n")
    assert below(tmp_path / "again") == EXPECTED
    assert json.loads(run_cli("--json", "batch", "show", batch)[1])["jobs"]["done"] == 3
    assert run_cli("batch", "jobs", batch, "--status", "DONE")[1].count("\n") == 4


def test_a_batch_is_saved_as_one_zip(run_cli: RunCli, scans: list[Path], tmp_path: Path) -> None:
    scans[1].write_bytes(b"nonsense")
    code, _, err = run_cli("run", TASK, *scans, "--batch", "--skip-invalid")
    batch, target = err.split("batch save ")[1].split()[0], tmp_path / "all.zip"
    for command in (("batch", "save"), ("save",)):
        code, out, err = run_cli(*command, batch, "--zip", target)
        assert (code, out) == (0, f"{target}: {target.stat().st_size} bytes\n"), err
        assert "1 item is not DONE, and has no outputs: missing.csv in the zip names them" in err
        with ZipFile(target) as opened:
            assert opened.namelist() == ["scan/copy-1.txt", "letter/copy-1.txt", "missing.csv"]
        target.unlink()
    code, out, err = run_cli("save", batch, "--out", tmp_path / "out")
    assert (code, out) == (0, f"2 files in {tmp_path}/out/, of 2 jobs\n")
    assert f"1 item is not DONE, and has no outputs: heavylift batch jobs {batch}" in err
    assert run_cli("batch", "save", batch, "--out", "x", "--zip", "y")[0] == 2


def test_an_interrupted_wait_says_how_to_go_on(
    run_cli: RunCli, scans: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("heavylift_client.batch.follow_batch", interrupt)
    code, _, err = run_cli("run", TASK, *scans, "--batch")
    assert code == 130
    assert "goes on. To follow it: heavylift batch wait " in err
    monkeypatch.setattr("heavylift_client.new_batch.NewBatch.submit", interrupt)
    code, _, err = run_cli("run", TASK, *scans, "--batch")
    assert (code, "no batch was submitted" in err) == (130, True)
    monkeypatch.setattr("heavylift_client.calls.jobs.follow_many", interrupt)
    code, _, err = run_cli("run", TASK, *scans)
    assert code == 130
    ids = err.split("heavylift wait ")[1].split("\n")[0].split()
    monkeypatch.undo()
    assert len(ids) == 3


def test_the_ids_alone_are_printed(run_cli: RunCli, scans: list[Path]) -> None:
    code, out, _ = run_cli("submit", TASK, *scans)
    assert (code, len(out.split())) == (0, 3)
    assert run_cli("wait", *out.split())[0] == 0
    code, out, _ = run_cli("submit", TASK, *scans, "--batch", "--name", "All", "--lane", "standard")
    assert json.loads(run_cli("--json", "batch", "show", out.strip())[1])["name"] == "All"


def test_programs_get_a_line_for_each_job(run_cli: RunCli, scans: list[Path], tmp_path: Path) -> None:
    lines = run_cli("--json", "run", TASK, *scans, "--out", tmp_path / "out")[1].splitlines()
    assert sorted(json.loads(line)["name"] for line in lines) == ["letter", "scan", "scan (2)"]
    lines = run_cli("--json", "run", TASK, *scans, "--batch", "--out", tmp_path / "out")[1].splitlines()
    assert json.loads(lines[-1])["jobs"]["done"] == 3
    assert [len(json.loads(line)["files"]) for line in lines[:-1]] == [1, 1, 1]


@pytest.mark.parametrize(
    "options",
    [
        ("--batch", "--delay", "1m"),
        ("--batch", "--url", "https://example.org/"),
        ("--batch", "--idempotency-key", "k"),
        ("--name", "x"),
        ("--skip-invalid",),
    ],
)
def test_options_that_do_not_fit_many_files_send_nothing(
    run_cli: RunCli, scans: list[Path], transport: WorkingTransport, options: tuple[str, ...]
) -> None:
    assert run_cli("run", TASK, *scans, *options)[0] == 2
    assert run_cli("run", TASK, "--batch")[0] == 2
    assert transport.seen == []


def test_items_are_named_by_their_files() -> None:
    files = [Path("a.pdf"), Path("b.pdf")]
    assert name_items("/items/1/params/dpi: too high; Item 1: no", files) == (
        "/items/1 (b.pdf)/params/dpi: too high; Item 1 (a.pdf): no"
    )
    assert name_items("item 7", files) == "item 7"
