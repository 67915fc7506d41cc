"""Every block of docs/how-to/download-everything.md works as it is printed, one after the other."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

from archive.zip_task import MAX_BATCH_JOBS, MAX_BYTES, MAX_JOBS
from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.printed_commands import run_printed

PAGE = (ROOT / "docs" / "how-to" / "download-everything.md").read_text()


def test_all_outputs_are_saved_as_the_page_says(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    printed = run_printed(PAGE, tmp_path, API=stack.api_url)
    names = [f"sample-page-000{number}.png" for number in (1, 2, 3)]
    assert all(name in printed for name in names)
    for file in ("pages.zip", "all.zip"):
        with ZipFile(tmp_path / file) as opened:
            assert opened.namelist() == names
            assert opened.testzip() is None
    with ZipFile(tmp_path / "batch.zip") as opened:
        assert {name.partition("/")[0] for name in opened.namelist()} == {"first", "second", "missing.csv"}
        assert "first/text.txt" in opened.namelist()
    assert "3,,,skipped," in printed


def test_the_page_names_the_limits() -> None:
    assert f"| outputs together | {MAX_BYTES // 10**9} GB |" in PAGE
    assert f"| jobs of one zip | {MAX_JOBS}, or one batch of up to {MAX_BATCH_JOBS:,} jobs |" in PAGE
    assert f"takes up to {MAX_JOBS} jobs" in PAGE
