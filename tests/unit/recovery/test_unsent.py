"""A job whose message could not be sent does not wait until the line ahead of it is known."""

from __future__ import annotations

from typing import Any

import pytest

from heavylift.jobs.job import Job
from heavylift.ports.queue import Message
from heavylift.ports.table import ConditionFailed
from heavylift.recovery.janitor import Janitor
from tests.support.world import QUEUE, World


def refuse(*_args: Any, **_more: Any) -> None:
    raise RuntimeError


def submit_unsent(world: World) -> Job:
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(world.queue, "send", refuse)
        return world.submit()


def sweep(world: World) -> None:
    world.clock.sleep(60)
    assert Janitor(world.system, world.clock.now() + 60, chance=lambda: 0.5).sweep()


def read_queue(world: World) -> list[Message]:
    return [Message.decode(each.body) for each in world.queue.queues[QUEUE]]


def test_a_message_that_could_not_be_sent_is_sent_once_although_the_queue_is_busy() -> None:
    world = World()
    ahead = world.submit()
    job = submit_unsent(world)
    assert world.job(job).unsent
    for _ in range(5):
        sweep(world)
    assert read_queue(world) == [Message(ahead.id), Message(job.id)]
    assert not world.job(job).unsent


def test_parts_that_could_not_be_sent_are_sent_although_the_queue_is_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    job = world.submit(parts=3)
    with monkeypatch.context() as broken:
        broken.setattr(world.queue, "send_many", refuse)
        world.work_once()
    ahead = world.submit()
    sweep(world)
    parts = sorted(message.part or "" for message in read_queue(world) if message.job_id == job.id)
    assert parts == ["1#0001", "1#0002", "1#0003"]
    assert Message(ahead.id) in read_queue(world)


def test_a_mark_that_can_not_be_written_fails_no_submission(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()

    def fail(*_args: Any) -> None:
        raise ConditionFailed(job_key, None)

    job_key = world.submit().key
    monkeypatch.setattr(world.table, "update", fail)
    assert submit_unsent(world).id


def test_a_send_that_fails_after_the_job_ended_leaves_the_record_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    send = world.queue.send

    def send_and_fail_late(queue: str, message: Message, *, group: str | None = None) -> None:
        send(queue, message, group=group)
        world.work_once()
        raise TimeoutError

    monkeypatch.setattr(world.queue, "send", send_and_fail_late)
    job = world.submit()
    assert world.job(job).status == "DONE"
    assert world.job(job).unsent is None
