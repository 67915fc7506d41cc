"""The command `heavylift` on the stack."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from PIL import Image

from infra.local.instance import ROOT
from tests.e2e.conftest import Stack

SAMPLE = ROOT / "samples" / "sample.pdf"


def heavylift(stack: Stack, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "heavylift_client", "--url", stack.api_url, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_a_document_becomes_files(stack: Stack, tmp_path: Path) -> None:
    ran = heavylift(
        stack, "run", "pdf-to-images", SAMPLE, "-p", "dpi=50", "-p", "pages=2-", "--out", tmp_path
    )
    assert ran.returncode == 0, ran.stderr
    assert "DONE" in ran.stdout
    assert f"2 files in {tmp_path}/" in ran.stdout
    assert sorted(file.name for file in tmp_path.iterdir()) == ["page-0002.png", "page-0003.png"]
    with Image.open(tmp_path / "page-0002.png") as image:
        image.load()
        assert image.format == "PNG"


def test_a_dead_letter_is_found_and_run_again(stack: Stack) -> None:
    ran = heavylift(stack, "run", "message", "-p", "seconds=0", "-p", "fail_rate=1")
    assert ran.returncode == 3
    [reason] = [line for line in ran.stderr.splitlines() if line.startswith("Error: ")]
    job_id = reason.split()[3]
    assert job_id in heavylift(stack, "dead-letters", "--limit", "100").stdout
    again = heavylift(stack, "redrive", job_id)
    assert again.returncode == 0, again.stderr
    assert job_id in again.stdout
    assert heavylift(stack, "cancel", job_id).returncode == 0


def test_an_unknown_job_is_an_error_of_one_line(stack: Stack) -> None:
    ran = heavylift(stack, "job", "0197ffff-0000-7000-8000-000000000000")
    assert ran.returncode == 1
    assert ran.stderr.startswith("Error: ")
    assert ran.stderr.count("\n") == 1


def test_a_batch_of_files_becomes_folders_and_one_zip(stack: Stack, tmp_path: Path) -> None:
    files = []
    for name in ("one", "two"):
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(SAMPLE.read_bytes())
    out = tmp_path / "out"
    ran = heavylift(
        stack, "run", "pdf-to-images", *files, "--batch", "-p", "dpi=36", "-p", "pages=1-1", "--out", out
    )
    assert ran.returncode == 0, ran.stderr
    expected = ["one/page-0001.png", "two/page-0001.png"]
    assert sorted(file.relative_to(out).as_posix() for file in out.glob("*/*")) == expected
    batch = ran.stdout.split()[1]
    saved = heavylift(stack, "batch", "save", batch, "--zip", tmp_path / "all.zip")
    assert saved.returncode == 0, saved.stderr
    with ZipFile(tmp_path / "all.zip") as opened:
        assert opened.namelist() == expected
