"""Two releases at once: records of an older one, and jobs that this release does not know yet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from heavylift.job_store.manifest import load_manifest
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.queue import Message, Retry
from heavylift.ports.table import Change
from heavylift.service.job_view import view
from heavylift.worker.outcome import JobOutcome
from heavylift.worker.runner import UNKNOWN_PAUSE_S
from tests.support.world import QUEUE, TEXT, World

RECORDS: dict[str, Any] = json.loads((Path(__file__).parent / "records_of_2026_11.json").read_text())


@pytest.mark.parametrize("change", [{"task": "of-tomorrow"}, {"params": {"parts": 1, "of_tomorrow": True}}])
def test_a_job_of_a_newer_release_is_put_off_and_is_no_attempt(change: dict[str, Any]) -> None:
    world = World()
    job = world.submit()
    before = world.table.items[job.key]
    world.table.update(Change(job.key, set=change))
    for _ in range(5):
        disposition = world.work_once()
        assert isinstance(disposition, Retry)
        assert (disposition.outcome, disposition.seconds) == (JobOutcome.UNKNOWN, UNKNOWN_PAUSE_S)
        world.clock.sleep(disposition.seconds)
    after = world.job(job)
    assert (after.status, after.attempt, after.attempts) == (Status.PROCESSING, 0, [])
    world.table.update(Change(job.key, set={name: before[name] for name in change}))
    world.work()
    assert world.job(job).status == Status.DONE


def test_a_job_of_a_newer_release_still_ends_by_its_deadline() -> None:
    world = World()
    job = world.submit()
    world.table.update(Change(job.key, set={"task": "of-tomorrow"}))
    world.work()
    assert world.job(job).status == Status.FAILED


def put_record(world: World, name: str) -> Job:
    """Store a record as it was written in November 2026, with the times of this world. Return the job."""
    offset = world.clock.now() - RECORDS["at"]
    item = {
        key: value + offset if key in RECORDS["times"] and isinstance(value, int | float) else value
        for key, value in RECORDS[name].items()
    }
    world.table.create(item)
    return Job.of(item)


def test_a_queued_job_of_the_release_before_runs_to_its_end() -> None:
    world = World()
    job = put_record(world, "queued")
    world.objects.put(RECORDS["queued"]["input"]["key"], TEXT + b"hello", "text/plain")
    world.queue.send(QUEUE, Message.decode(RECORDS["message"]))
    world.work()
    assert world.job(job).status == Status.DONE


def test_a_finished_job_of_the_release_before_is_shown_with_its_outputs_and_callback() -> None:
    world = World()
    job = put_record(world, "done")
    world.objects.put(job.outputs["manifest"], json.dumps(RECORDS["manifest"]).encode(), "application/json")  # type: ignore[index]
    assert [each.name for each in load_manifest(world.objects, job)] == ["copy-1.txt"]
    shown = view(job, "")
    assert shown.callback is not None
    assert (shown.status, shown.callback.attempts) == (Status.DONE, 1)


@pytest.mark.parametrize("name", ["queued", "done"])
def test_fields_of_the_release_after_are_ignored(name: str) -> None:
    world = World()
    job = put_record(world, name)
    item = {**world.table.items[job.key], "of_tomorrow": 1}
    if "callback" in item:
        item["callback"] = {**item["callback"], "of_tomorrow": 1}
    assert view(Job.of(item), "") == view(job, "")
    world.objects.put("m", json.dumps([{**RECORDS["manifest"][0], "of_tomorrow": 1}]).encode(), "x")
    assert load_manifest(world.objects, Job.of({**item, "outputs": {"manifest": "m"}}))
