"""Split jobs, parts and dead letters of another release: each release reads the records of the other.

`records.json` holds records as the release before wrote them. Do not change it before the next release.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from heavylift.job_store.manifest import Output
from heavylift.jobs.job import Job, Part
from heavylift.jobs.states import Status
from heavylift.ports.queue import Done, Message
from heavylift.ports.table import Create, Item
from heavylift.service.dead_letters import redrive
from heavylift.service.job_view import view
from heavylift.webhooks.delivery_state import Callback
from heavylift.worker.outcome import JobOutcome
from tests.support.world import QUEUE, TEXT, World

RECORDS: dict[str, Item] = json.loads((Path(__file__).parent / "records.json").read_text())
PARTS = {"part_done", "part_queued"}
NEW = {"a_field_of_the_next_release": {"x": 1}}


def renew(record: Item) -> Item:
    """Return the record as the next release may write it: with more fields at every level."""
    renewed = {**record, **NEW}
    for name in ("callback", "input"):
        if name in record:
            renewed[name] = {**record[name], **NEW}
    if isinstance(record.get("outputs"), list):
        renewed["outputs"] = [{**each, **NEW} for each in record["outputs"]]
    return renewed


@pytest.fixture(params=["the release before", "the next release"])
def records(request: pytest.FixtureRequest) -> dict[str, Item]:
    if request.param == "the release before":
        return RECORDS
    return {name: renew(record) for name, record in RECORDS.items()}


def restore(records: dict[str, Item], *names: str) -> World:
    """Return a world that holds these records and their inputs."""
    world = World()
    for name in names:
        world.table.transact(Create(records[name]))
        if "input" in records[name]:
            world.objects.put(records[name]["input"]["key"], TEXT + b"hello", "text/plain")
    return world


@pytest.mark.parametrize("name", sorted(RECORDS.keys() - PARTS))
def test_each_job_is_shown(records: dict[str, Item], name: str) -> None:
    job = Job.of(records[name])
    shown = view(job, "")
    assert (shown.id, shown.status) == (records[name]["id"], records[name]["status"])
    assert Callback.of(job).fence is not None


def test_a_queued_job_is_done(records: dict[str, Item]) -> None:
    world = restore(records, "queued")
    job = Job.of(records["queued"])
    world.queue.send(QUEUE, Message(job.id))
    assert world.work() == [Done(JobOutcome.DONE)]


def test_a_split_job_is_joined(records: dict[str, Item]) -> None:
    world = restore(records, "split", *PARTS)
    world.objects.put(f"jobs/{records['split']['id']}/outputs/copy-1.txt", b"", "text/plain")
    job, part = Job.of(records["split"]), Part.of(records["part_queued"])
    world.queue.send(QUEUE, Message(job.id, part.id))
    assert world.work() == [Done(JobOutcome.DONE)]
    assert world.job(job).outputs == {**(world.job(job).outputs or {}), "count": 2}


def test_a_dead_letter_is_redriven(records: dict[str, Item]) -> None:
    world = restore(records, "dead", *PARTS)
    job = Job.of(records["dead"])
    assert [each.id for each in redrive(world.system, "me", [job.id]).jobs] == [job.id]
    world.work()
    assert world.job(job).status == Status.DONE


def test_an_output_of_the_next_release_is_read() -> None:
    assert Output.of({"name": "a", "media_type": "b", "bytes": 1, **NEW}) == Output("a", "b", 1)
