"""The client and the command with jobs that start later or after others."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from heavylift.job_store.waiting import settle_dependents
from heavylift_client import Heavylift, StillRunning
from tests.support.in_process_api import ApiWorld
from tests.unit.client.conftest import TASK, RunCli


def test_a_job_starts_at_a_time_or_after_a_delay(heavylift: Heavylift, world: ApiWorld, file: Path) -> None:
    at = datetime.fromtimestamp(world.clock.now()) + timedelta(hours=2)  # noqa: DTZ006 - local, as people have it
    job = heavylift.submit(TASK, file, run_at=at)
    assert job["phase"] == "scheduled"
    assert datetime.fromisoformat(job["run_at"] or "").timestamp() == at.timestamp()
    delayed = heavylift.submit(TASK, file, delay_s=90)
    assert datetime.fromisoformat(delayed["run_at"] or "").timestamp() == world.clock.now() + 90


def test_a_job_starts_after_others_and_each_is_yielded_at_its_end(
    heavylift: Heavylift, world: ApiWorld, file: Path
) -> None:
    first = heavylift.submit(TASK, file)
    second = heavylift.submit(TASK, file, after=[first["id"]], after_any=True)
    assert (second["phase"], second["waits_for"]) == ("waiting", [first["id"]])
    ended = heavylift.as_completed([second["id"], first["id"]])
    world.work()
    assert next(ended)["id"] == first["id"]
    settle_dependents(world.system, first["id"])
    world.work()
    assert [job["id"] for job in ended] == [second["id"]]


def test_a_job_that_does_not_end_in_time_is_an_error(heavylift: Heavylift, file: Path) -> None:
    job = heavylift.submit(TASK, file)
    with pytest.raises(StillRunning):
        next(heavylift.as_completed([job["id"]], timeout_s=0))


def test_a_retry_names_what_failed_with_the_job(heavylift: Heavylift, world: ApiWorld, file: Path) -> None:
    first = heavylift.submit(TASK, file)
    second = heavylift.submit(TASK, file, after=[first["id"]])
    heavylift.cancel(first["id"])
    settle_dependents(world.system, first["id"])
    assert heavylift.retry(first["id"])["links"]["dependents"] == [f"/v1/jobs/{second['id']}"]
    assert heavylift.retry(second["id"])["phase"] == "waiting"


def test_the_command_takes_a_delay_a_time_and_jobs(run_cli: RunCli, file: Path) -> None:
    first = run_cli("submit", TASK, file, "--delay", "15m")[1].strip()
    code, out, _ = run_cli("job", first)
    assert code == 0
    assert "scheduled" in out
    assert "starts" in out
    second = run_cli("submit", TASK, file, "--after", first, "--after-any")[1].strip()
    assert json.loads(run_cli("--json", "job", second)[1])["after"] == [first]
    assert first in run_cli("job", second)[1]
    assert run_cli("submit", TASK, file, "--run-at", "2126-01-01T00:00Z")[0] == 1
    assert run_cli("submit", TASK, file, "--delay", "soon")[0] == 2
