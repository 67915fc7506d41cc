"""Every block of the pages on finding jobs and acting on many works as it is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from heavylift.jobs import expiry
from heavylift.service import counts
from heavylift.service.bulk import CANCEL, DELETE, MAX_AT_ONCE, MAX_SECONDS, RETRY
from heavylift.service.listing import MAX_INDEX_PAGES, PAGE_SIZE
from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.printed_commands import run_printed

FIND, ACT = (
    (ROOT / "docs" / "how-to" / name).read_text() for name in ("find-jobs.md", "act-on-many-jobs.md")
)


def read(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / name).read_text())
    return found


def names(page: dict[str, Any]) -> list[str]:
    return [job["name"] for job in page["items"]]


def test_jobs_are_found_as_the_page_says(stack: Stack, tmp_path: Path) -> None:
    run_printed(FIND, tmp_path, API=stack.api_url)
    october, november = "Report of 2026-10", "Report of 2026-11"
    assert november in names(read(tmp_path, "found.json"))
    assert names(read(tmp_path, "tagged.json"))[:2] == [october, november]
    assert names(read(tmp_path, "none.json")) == []
    assert october in names(read(tmp_path, "named.json"))
    assert names(read(tmp_path, "second.json")) == [october]
    counted = read(tmp_path, "counts.json")
    assert (counted["total"], counted["at_least"]) == (sum(counted["counts"].values()), False)
    assert counted["total"] >= 2


def test_many_jobs_are_acted_on_as_the_page_says(stack: Stack, tmp_path: Path) -> None:
    run_printed(ACT, tmp_path, API=stack.api_url)
    first, second = read(tmp_path, "first.json"), read(tmp_path, "second.json")
    assert (len(first["job_ids"]), len(second["job_ids"]), second["next"]) == (4, 2, None)
    assert not first["refused"] + second["refused"]
    retried, again = read(tmp_path, "retried.json"), read(tmp_path, "again.json")
    assert retried["job_ids"] == first["job_ids"][:1]
    assert [each["type"] for each in retried["refused"] + again["refused"]] == [
        "/problems/not-found",
        "/problems/conflict",
    ]
    assert sorted(read(tmp_path, "deleted.json")["job_ids"]) == sorted(first["job_ids"] + second["job_ids"])
    assert read(tmp_path, "left.json")["total"] == 0


@pytest.mark.parametrize("act", [CANCEL, RETRY, DELETE], ids=lambda act: act.name)
def test_the_page_says_what_each_act_takes(act: Any) -> None:
    [row] = [line for line in ACT.splitlines() if f"| `POST /v1/jobs/{act.name}` |" in line]
    assert {word.strip(",") for word in row.split() if word.isupper()} - {"`POST"} == set(act.takes)


def test_the_pages_name_the_limits() -> None:
    assert f"up to {MAX_AT_ONCE} jobs" in ACT
    assert f"out of time ({MAX_SECONDS:g} seconds)" in ACT
    assert f"after its end, {expiry.MIN_S} at least" in ACT
    assert f"as far as {counts.MAX_SECONDS:g} seconds go" in FIND
    assert f"newest {counts.MAX_COUNTED:,} jobs, or {PAGE_SIZE * MAX_INDEX_PAGES:,} of a tag" in FIND
