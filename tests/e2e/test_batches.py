"""Every block of the page on batches works as it is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.printed_commands import run_printed

PAGE = (ROOT / "docs" / "how-to" / "submit-batches.md").read_text()


def read(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / name).read_text())
    return found


def test_batches_run_as_the_page_says(stack: Stack, tmp_path: Path) -> None:
    run_printed(PAGE, tmp_path, API=stack.api_url)
    ended, large = read(tmp_path, "ended.json"), read(tmp_path, "large.json")
    assert ended["status"] == large["status"] == "DONE"
    assert (ended["jobs"]["done"], large["jobs"]["done"]) == (3, 4)
    jobs = read(tmp_path, "jobs.json")["items"]
    assert [job["result"]["message"] for job in jobs] == ["one", "two", "hello"]
    assert jobs[2]["name"] == "third"
    assert len(read(tmp_path, "outputs.json")["items"]) == 3
