"""Every block of docs/how-to/run-every-night.md works as it is printed. What fires twice runs once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import httpx

from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.printed_commands import run_printed

PAGE = (ROOT / "docs" / "how-to" / "run-every-night.md").read_text()


def test_a_schedule_is_made_as_the_page_says(stack: Stack, tmp_path: Path) -> None:
    shutil.copy(ROOT / "samples" / "sample.pdf", tmp_path)
    making, looking = PAGE.split("## Look, pause and delete")
    run_printed(making, tmp_path, API=stack.api_url, timeout=120)
    fire(stack, "nightly")
    api = Api(stack.api_url)
    [run] = api.get("/v1/jobs?tag=schedule:nightly").json()["items"]
    assert (run["task"], api.wait_until_finished(run["id"])["status"]) == ("ocr", "DONE")
    run_printed(making.partition("## Make it")[0] + looking, tmp_path, API=stack.api_url, timeout=120)
    answers = {path.stem: json.loads(path.read_text()) for path in tmp_path.glob("*.json")}
    assert len(answers["made"]["next_runs"]) == 3
    assert answers["paused"]["next_runs"] == []
    assert answers["left"] == {"items": []}


def list_entries(stack: Stack) -> list[str]:
    """Return the names of the entries of EventBridge Scheduler."""
    group = stack.outputs["ScheduleGroupName"]
    return [
        each["Name"] for each in stack.aws.client("scheduler").list_schedules(GroupName=group)["Schedules"]
    ]


def fire(stack: Stack, schedule: str) -> None:
    """Call the function as EventBridge Scheduler calls it for the only schedule, always at the same time."""
    group = stack.outputs["ScheduleGroupName"]
    [name] = list_entries(stack)
    target = stack.aws.client("scheduler").get_schedule(GroupName=group, Name=name)["Target"]
    event = target["Input"].replace("<aws.scheduler.scheduled-time>", "2026-11-28T02:30:00Z")
    assert schedule in event
    stack.aws.client("lambda").invoke(FunctionName=target["Arn"], Payload=event.encode())


def test_an_entry_that_fires_twice_runs_once(stack: Stack) -> None:
    api = Api(stack.api_url)
    wanted = {
        "name": "twice",
        "rate": "1 day",
        "task": "message",
        "params": {"seconds": 0},
        "overlap": "queue",
    }
    assert api.post("/v1/schedules", json=wanted).status_code == 201
    for _ in range(2):
        fire(stack, "twice")
    [job] = api.get("/v1/jobs?tag=schedule:twice").json()["items"]
    assert api.wait_until_finished(job["id"])["status"] == "DONE"
    assert httpx.delete(f"{stack.api_url}/v1/schedules/twice", trust_env=False).status_code == 204
    assert list_entries(stack) == []
