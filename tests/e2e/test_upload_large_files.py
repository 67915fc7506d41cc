"""Every block of docs/how-to/upload-large-files.md works as it is printed, one after the other."""

from __future__ import annotations

import json
from pathlib import Path

from heavylift.jobs.uploads import OPEN_S
from heavylift_client.calls.uploads import MIN_PARTED_BYTES
from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.printed_commands import run_printed

PAGE = (ROOT / "docs" / "how-to" / "upload-large-files.md").read_text()


def test_a_file_is_sent_in_parts_as_the_page_says(stack: Stack, tmp_path: Path) -> None:
    printed = run_printed(PAGE, tmp_path, API=stack.api_url)
    size = (tmp_path / "table.csv").stat().st_size
    assert json.loads((tmp_path / "upload.json").read_text())["parts"]["count"] == 2
    assert printed.splitlines()[0].strip() == "1"
    job = json.loads((tmp_path / "job.json").read_text())
    given = {"name": "table.csv", "bytes": size, "media_type": "text/csv"}
    assert job["input"] == {**given, "url": None}


def test_the_page_names_the_limits() -> None:
    assert f"A file of {MIN_PARTED_BYTES // 10**6} MB or more" in PAGE
    assert f"not completed within {OPEN_S // 3600} hours" in PAGE
