"""Dead messages: which end their job, and which are dropped."""

from __future__ import annotations

from enum import StrEnum

import pytest

from heavylift.jobs.states import Status
from heavylift.ports.queue import Message
from heavylift.ports.table import Change
from heavylift.recovery.dead_message import DeadMessageOutcome, handle_dead_message
from tests.support.world import CopyTask, World


def test_a_dead_message_of_a_waiting_job_fails_it() -> None:
    world = World()
    job = world.submit()
    assert (
        handle_dead_message(world.system, Message(job.id), world.clock.now()).outcome
        == DeadMessageOutcome.FAILED
    )
    after = world.job(job)
    assert after.error is not None
    assert (after.status, after.error["type"]) == (Status.FAILED, "/problems/undeliverable")
    assert after.dead_pk == "DEAD#me"


def test_a_dead_message_of_a_waiting_part_fails_its_job() -> None:
    world = World()
    job = world.submit(parts=2)
    world.work_once()
    assert (
        handle_dead_message(world.system, Message(job.id, "1#0002"), world.clock.now()).outcome
        == DeadMessageOutcome.FAILED
    )
    assert world.job(job).status == Status.FAILED


@pytest.mark.parametrize("part", [None, "1#0001", "1#0009"])
def test_a_dead_message_that_nothing_waits_for_is_dropped(part: str | None) -> None:
    """Messages of a job whose parts have messages, of a done part, and of an unknown part."""
    world = World()
    job = world.submit(parts=2)
    world.work_once()
    world.work_once()
    assert (
        handle_dead_message(world.system, Message(job.id, part), world.clock.now()).outcome
        == DeadMessageOutcome.DROPPED
    )
    assert world.job(job).status == Status.PROCESSING


def test_a_dead_message_of_an_ended_job_is_dropped() -> None:
    world = World()
    job = world.submit()
    world.work()
    assert (
        handle_dead_message(world.system, Message(job.id), world.clock.now()).outcome
        == DeadMessageOutcome.DROPPED
    )
    assert world.job(job).status == Status.DONE


def test_a_dead_message_of_a_running_job_is_dropped() -> None:
    def handle_now(number: int) -> None:
        assert (
            handle_dead_message(world.system, Message(job.id), world.clock.now()).outcome
            == DeadMessageOutcome.DROPPED
        )

    world = World(CopyTask(before=handle_now))
    job = world.submit()
    world.work()
    assert world.job(job).status == Status.DONE


def test_a_dead_message_of_a_running_part_is_dropped() -> None:
    outcomes: list[StrEnum] = []

    def handle_now(number: int) -> None:
        message = Message(job.id, f"1#{number:04}")
        outcomes.append(handle_dead_message(world.system, message, world.clock.now()).outcome)

    world = World(CopyTask(before=handle_now))
    job = world.submit(parts=2)
    world.work()
    assert outcomes == [DeadMessageOutcome.DROPPED] * 2
    assert world.job(job).status == Status.DONE


def test_a_dead_message_of_an_earlier_run_does_not_fail_the_retry() -> None:
    world = World()
    job = world.submit()
    sent_at = world.clock.now()
    world.clock.sleep(60)
    world.table.update(Change(job.key, set={"deadline": world.clock.now() + 3600}))  # as a retry does
    assert handle_dead_message(world.system, Message(job.id), sent_at).outcome == DeadMessageOutcome.DROPPED
