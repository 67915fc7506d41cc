"""What happened to a job, in the client and in the command `heavylift logs`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from heavylift.jobs.object_keys import callback_headers_key
from heavylift.tasks.task import JobContext, PartSpec, Result
from heavylift_client import Heavylift
from tests.support.in_process_api import ApiWorld
from tests.support.world import CopyTask
from tests.unit.client.conftest import (
    TASK,
    FlakyTransport,
    RunCli,
    let_worker_run,
    pass_on,
)

URL = "https://example.org/hook"


@pytest.fixture
def world() -> ApiWorld:
    class LoggingTask(CopyTask):
        def run(self, work: JobContext[Any], part: PartSpec) -> Result:
            work.log(f"copy {part['number']}: [bold]made[/bold]")
            return super().run(work, part)

    return ApiWorld(LoggingTask(), require_api_key=False)


def test_the_events_and_the_lines_of_a_job(heavylift: Heavylift, world: ApiWorld, file: Path) -> None:
    job = heavylift.submit(TASK, file, params={"parts": 2})
    world.work()
    kinds = [event["kind"] for event in heavylift.events(job["id"])]
    assert (kinds[0], kinds[-1]) == ("accepted", "ended")
    assert [(line["part"], line["attempt"], line["text"]) for line in heavylift.logs(job["id"])] == [
        (1, 1, "copy 1: [bold]made[/bold]"),
        (2, 1, "copy 2: [bold]made[/bold]"),
    ]


def test_logs_prints_each_event_on_a_line(run_cli: RunCli, world: ApiWorld, file: Path) -> None:
    job_id = run_cli("submit", TASK, file)[1].strip()
    world.work()
    code, out, _ = run_cli("logs", job_id)
    assert code == 0
    lines = [line.split(maxsplit=2)[2] for line in out.splitlines()]
    assert lines == [
        "accepted        The job was accepted.",
        "queued          The job waited 0.0 s in the queue tests.",
        "claimed         A worker took the job: attempt 1 of 3.",
        "log             copy 1: [bold]made[/bold]",
        "ended           The job is DONE, with 1 output.",
    ]
    assert run_cli("logs", job_id, "--lines")[1].endswith("copy 1: [bold]made[/bold]\n")
    assert run_cli("logs", job_id, "--lines")[1].count("\n") == 1


def test_logs_follows_a_job_to_its_end_and_prints_nothing_twice(
    run_cli: RunCli, transport: FlakyTransport, world: ApiWorld, file: Path
) -> None:
    job_id = run_cli("submit", TASK, file)[1].strip()
    transport.faults = [pass_on, pass_on, pass_on, let_worker_run(world)]
    code, out, _ = run_cli("--json", "logs", job_id, "--follow")
    assert code == 0
    kinds = [json.loads(line)["kind"] for line in out.splitlines()]
    assert kinds == ["accepted", "queued", "queued", "claimed", "log", "ended"]


def test_a_callback_has_headers_and_ends(run_cli: RunCli, world: ApiWorld, file: Path) -> None:
    asked = ("--callback-url", URL, "--callback-header", "X-Key: a: b", "--callback-on", "failed")
    job_id = run_cli("submit", TASK, file, *asked)[1].strip()
    shown = json.loads(run_cli("--json", "job", job_id)[1])["callback"]
    assert (shown["url"], shown["on"]) == (URL, ["failed"])
    assert json.loads(world.objects.read(callback_headers_key(job_id))) == {"X-Key": "a: b"}


@pytest.mark.parametrize(
    "options", [("--callback-on", "done"), ("--callback-url", URL, "--callback-header", "no colon")]
)
def test_what_a_callback_needs(run_cli: RunCli, file: Path, options: tuple[str, ...]) -> None:
    code, _, err = run_cli("submit", TASK, file, *options)
    assert code == 2
    assert "--callback-" in err
