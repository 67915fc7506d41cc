"""Every block of docs/how-to/bulk-lane.md works as it is printed, one after the other."""

from __future__ import annotations

import json
from pathlib import Path

from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.printed_commands import run_printed

PAGE = (ROOT / "docs" / "how-to" / "bulk-lane.md").read_text()


def test_jobs_of_the_bulk_lane_hold_up_no_other(stack: Stack, tmp_path: Path) -> None:
    run_printed(PAGE, tmp_path, API=stack.api_url, timeout=120)
    answers = {path.stem: json.loads(path.read_text()) for path in tmp_path.glob("*.json")}
    assert (answers["bulk"]["lane"], answers["queue"]["name"]) == ("bulk", "message-bulk")
    assert answers["done"]["status"] == "DONE"
    assert answers["still"]["status"] == "PROCESSING"
    api = Api(stack.api_url)
    assert api.wait_until_finished(answers["bulk"]["id"])["status"] == "DONE"
    refused = api.post("/v1/jobs", json={"task": "message", "lane": "fast"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/lane")
