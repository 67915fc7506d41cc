"""Every block of docs/how-to/pause-a-queue.md works as it is printed, one after the other."""

from __future__ import annotations

import json
from pathlib import Path

from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.printed_commands import run_printed

PAGE = (ROOT / "docs" / "how-to" / "pause-a-queue.md").read_text()


def test_a_queue_is_paused_as_the_page_says(stack: Stack, tmp_path: Path) -> None:
    try:
        run_printed(PAGE, tmp_path, API=stack.api_url, timeout=120)
    finally:
        Api(stack.api_url).post("/v1/queues/message/resume")
    answers = {path.stem: json.loads(path.read_text()) for path in tmp_path.glob("*.json")}
    assert answers["paused"]["paused"]
    assert answers["waiting"]["phase"] == "queued"
    assert answers["done"]["status"] == "DONE"
