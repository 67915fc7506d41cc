"""Every block of docs/tutorial/first-job.md works as it is printed, one after the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image

from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.printed_commands import run_printed

TUTORIAL = (ROOT / "docs" / "tutorial" / "first-job.md").read_text()


def test_the_first_job_goes_as_the_tutorial_says(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")

    run_printed(TUTORIAL, tmp_path, API=stack.api_url)

    def answer(name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((tmp_path / name).read_text())
        return found

    assert (answer("job.json")["status"], answer("job.json")["phase"]) == ("PROCESSING", "queued")
    assert (answer("done.json")["status"], answer("done.json")["result"]) == ("DONE", {"message": "hello"})
    assert (answer("failed.json")["status"], len(answer("failed.json")["attempts"])) == ("FAILED", 3)
    assert answer("canceled.json")["status"] == "CANCELED"
    assert answer("pages.json")["status"] == "DONE"
    with Image.open(tmp_path / "page-0001.png") as page:
        assert page.size[0] in {826, 827}  # 210 mm at 100 dpi, rounded either way
