"""What a worker does with the message of a whole job: done, duplicate, busy, canceled, expired, orphan."""

from __future__ import annotations

import json

import pytest

from heavylift.job_store.parts import load_parts
from heavylift.jobs.states import Status
from heavylift.ports.queue import Disposition, Done, Message, OrphanMessage, Retry
from heavylift.ports.table import Change, Item, Key
from heavylift.service.control import cancel, retry
from heavylift.worker import runner
from heavylift.worker.outcome import JobOutcome
from tests.support.world import COPY, QUEUE, WORKER_SECONDS, CopyTask, World


def test_a_job_is_done_and_lists_what_it_made() -> None:
    world = World()
    job = world.submit()
    assert world.job(job).status == Status.PROCESSING
    assert world.work() == [Done(JobOutcome.DONE)]
    after = world.job(job)
    assert after.status == Status.DONE
    assert after.result == {"copied": [1]}
    assert (after.done, after.total, after.attempt) == (1, 1, 1)
    assert after.outputs is not None
    manifest = json.loads(world.objects.read(after.outputs["manifest"]))
    assert manifest == [{"name": "copy-1.txt", "media_type": "text/plain", "bytes": 10}]
    assert world.outputs(job) == ["copy-1.txt"]


def test_an_ended_job_leaves_the_open_index() -> None:
    world = World()
    job = world.submit()
    assert "open_pk" in world.table.items[job.key]
    world.work()
    assert "open_pk" not in world.table.items[job.key]


def test_a_message_that_comes_twice_does_its_work_once() -> None:
    world = World()
    job = world.submit()
    world.queue.send(QUEUE, Message(job.id))
    assert world.work() == [Done(JobOutcome.DONE), Done(JobOutcome.DUPLICATE)]
    assert world.task.runs == [1]


def test_a_message_for_a_leased_job_waits_until_the_lease_ends() -> None:
    seen: list[Disposition | None] = []

    def deliver_again(number: int) -> None:
        world.queue.send(QUEUE, Message(job.id))
        seen.append(world.work_once())

    world = World(CopyTask(before=deliver_again))
    job = world.submit()
    world.work()
    assert world.task.runs == [1]
    [disposition] = seen
    assert isinstance(disposition, Retry)
    assert disposition.outcome == JobOutcome.BUSY
    assert WORKER_SECONDS < disposition.seconds < WORKER_SECONDS + 10


def test_canceled_work_stops_and_stays_canceled() -> None:
    def cancel(number: int) -> None:
        world.clock.sleep(1)
        world.table.update(Change(job.key, set={"status": "CANCELED", "phase": "finished"}))

    world = World(CopyTask(before=cancel))
    job = world.submit()
    assert world.work() == [Done(JobOutcome.CANCELED)]
    assert world.job(job).status == Status.CANCELED


def test_a_job_past_its_deadline_is_not_begun() -> None:
    world = World()
    job = world.submit()
    world.clock.sleep(4000)
    [disposition] = world.work()
    assert disposition == Done(JobOutcome.EXPIRED)
    assert disposition.counts == {JobOutcome.DEAD: 1}  # as the janitor counts it
    after = world.job(job)
    assert after.status == Status.FAILED
    assert after.error is not None
    assert after.error["type"] == "/problems/deadline-exceeded"
    assert world.task.runs == []


def test_a_late_job_that_another_has_ended_is_not_counted_as_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.submit()
    world.clock.sleep(4000)
    monkeypatch.setattr(runner, "abandon_job", lambda *_: False)
    disposition = world.work_once()
    assert disposition == Done(JobOutcome.DUPLICATE)
    assert disposition.counts == {}


def test_a_job_retried_during_its_planning_keeps_its_new_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The client cancels and retries the job after the worker read the record and before the worker plans."""
    world = World()
    job = world.submit(parts=2)
    read = world.table.get

    def read_and_retried(key: Key) -> Item | None:
        item = read(key)
        monkeypatch.setattr(world.table, "get", read)
        world.clock.sleep(1000)
        retry(world.system, cancel(world.system, world.job(job)))
        return item

    monkeypatch.setattr(world.table, "get", read_and_retried)
    world.work_once()
    assert {part.deadline for part in load_parts(world.system, world.job(job))} == {world.job(job).deadline}

    world.clock.sleep(COPY.deadline_s - 500)  # past the first deadline, before the new one
    world.work()
    assert world.job(job).status == "DONE"


def test_a_message_without_a_job_is_an_orphan() -> None:
    world = World()
    with pytest.raises(OrphanMessage):
        world.runner().run(Message("0197b4e2-7d1c-7c3e-9a51-3f6f0c2d8e11"), "receipt", world.invocation())
