"""Every block of docs/how-to/run-later.md and chain-jobs.md works as it is printed, one after the other."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from heavylift.jobs.later import MAX_DELAY_S, WAIT_MARGIN_S
from heavylift.service.start import MAX_AFTER
from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.printed_commands import run_printed

HOW_TO = ROOT / "docs" / "how-to"
LATER, CHAIN = (HOW_TO / "run-later.md").read_text(), (HOW_TO / "chain-jobs.md").read_text()


def answer(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / name).read_text())
    return found


def test_a_job_runs_later_as_the_page_says(stack: Stack, tmp_path: Path) -> None:
    run_printed(LATER, tmp_path, API=stack.api_url, timeout=120)
    scheduled, ran = answer(tmp_path, "scheduled.json"), answer(tmp_path, "ran.json")
    assert (scheduled["phase"], ran["status"]) == ("scheduled", "DONE")
    assert ran["updated_at"] > scheduled["run_at"]
    assert answer(tmp_path, "far.json")["phase"] == "scheduled"
    assert answer(tmp_path, "now.json")["phase"] in ("queued", "running", "finished")


def test_jobs_are_chained_as_the_page_says(stack: Stack, tmp_path: Path) -> None:
    shutil.copy(ROOT / "samples" / "sample.pdf", tmp_path)
    run_printed(CHAIN, tmp_path, API=stack.api_url, timeout=240)
    assert answer(tmp_path, "zipped.json")["status"] == "DONE"
    with ZipFile(tmp_path / "pages.zip") as opened:
        assert opened.namelist() == [f"sample-page-000{number}.png" for number in (1, 2, 3)]
    train, predict = answer(tmp_path, "train.json"), answer(tmp_path, "predict.json")
    assert (predict["phase"], predict["waits_for"]) == ("waiting", [train["id"]])
    assert answer(tmp_path, "predicted.json")["result"]["predictions"][0]["prediction"] == "yes"
    assert answer(tmp_path, "ended.json")["status"] == "DONE"
    failed = answer(tmp_path, "failed.json")
    assert failed["error"]["type"] == "/problems/upstream-failed"
    assert answer(tmp_path, "retried.json")["links"]["dependents"] == [failed["links"]["self"]]
    assert answer(tmp_path, "again.json")["phase"] == "waiting"


def test_the_pages_name_the_limits() -> None:
    assert f"up to {MAX_DELAY_S / 86_400:.0f} days" in LATER
    assert f"up to {MAX_AFTER}." in CHAIN
    assert f"{WAIT_MARGIN_S / 60:.0f} minutes after its deadline" in CHAIN
