"""Every block of docs/how-to/follow-a-job.md works as it is printed, one after the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.printed_commands import run_printed

PAGE = (ROOT / "docs" / "how-to" / "follow-a-job.md").read_text()


def test_a_job_is_followed_as_the_page_says(stack: Stack, tmp_path: Path) -> None:
    printed = run_printed(PAGE, tmp_path, API=stack.api_url, timeout=240)

    def read_events(name: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = json.loads((tmp_path / name).read_text())["items"]
        return items

    events = read_events("events.json")
    kinds = [event["kind"] for event in events if event["kind"] != "cold-start"]
    assert kinds == ["accepted", "queued", "claimed", "log", "ended"]
    assert [event["text"] for event in events if event["kind"] == "log"] == ["Waits for 6 s."]
    assert events[-1]["text"] == "The job is DONE, with 0 outputs."
    assert "second" in (tmp_path / "progress.txt").read_text(), "the text beside the progress"
    assert "'text': 'Waits for 6 s.'" in printed

    failed = read_events("failed.json")
    attempts = [event["data"] for event in failed if event["kind"] == "attempt-failed"]
    assert [each["attempt"] for each in attempts] == [1, 2, 3]
    assert {each["error"]["type"] for each in attempts} == {"/problems/emulated-failure"}
    assert failed[-1]["data"]["status"] == "FAILED"


def test_the_lines_of_a_job_have_its_id(stack: Stack) -> None:
    """docs/how-to/operate.md looks for them in the worker's log group."""
    assert stack.outputs["MessageLogGroup"]
    lines = [line for line in stack.function_logs() if '"job_id"' in line]
    assert lines
