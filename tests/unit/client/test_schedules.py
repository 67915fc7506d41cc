"""Schedules by the client and the command."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.in_process_api import ApiWorld
from tests.unit.client.conftest import TASK, RunCli


def test_a_schedule_is_added_listed_paused_and_deleted(run_cli: RunCli, world: ApiWorld, file: Path) -> None:
    job_id = run_cli("submit", TASK, file)[1].strip()
    world.work()
    arguments = ("nightly", TASK, "--input", job_id, "copy-1.txt", "--cron", "30 2 * * *")
    code, out, err = run_cli("schedule", "add", *arguments)
    assert (code, err) == (0, "")
    assert "30 2 * * * UTC" in out
    assert json.loads(run_cli("--json", "schedule", "list")[1])["name"] == "nightly"
    assert "paused" in run_cli("schedule", "pause", "nightly")[1]
    assert "paused" not in run_cli("schedule", "resume", "nightly")[1]
    assert run_cli("schedule", "delete", "nightly") == (0, "", "")
    assert "nightly" not in run_cli("schedule", "list")[1]


def test_the_next_times_are_shown_before_a_schedule_is_made(run_cli: RunCli) -> None:
    code, out, err = run_cli("schedule", "when", "--cron", "30 2 * * *")
    assert (code, err) == (0, "")
    assert [line[10:] for line in out.split()] == ["T02:30:00Z"] * 3
    assert run_cli("schedule", "when")[0] == 2
    assert "never comes true" in run_cli("schedule", "when", "--cron", "0 0 30 2 *")[2]


def test_a_schedule_needs_one_recurrence(run_cli: RunCli) -> None:
    code, _, err = run_cli("schedule", "add", "nightly", TASK)
    assert (code, "--cron or --rate" in err) == (2, True)
