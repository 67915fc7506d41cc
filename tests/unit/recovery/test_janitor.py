"""The janitor: every job ends, whatever was killed or lost."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from heavylift.errors import Throttled
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.queue import Message
from heavylift.ports.table import Change
from heavylift.recovery.due import RESERVE_S
from heavylift.recovery.janitor import FIRST_PAUSE_S, Janitor
from tests.support.world import QUEUE, WORKER_SECONDS, CopyTask, Killed, World


def sweep(world: World, seconds: float = 60) -> Counter[str]:
    janitor = Janitor(world.system, world.clock.now() + seconds, chance=lambda: 0.5)
    janitor.sweep()
    return janitor.counts


def lose_messages(world: World) -> None:
    world.queue.queues[QUEUE] = []


def read_queue(world: World) -> list[Message]:
    return [Message.decode(each.body) for each in world.queue.queues[QUEUE]]


def die(number: int) -> None:
    raise Killed


def test_a_job_that_is_not_due_is_left_alone() -> None:
    world = World()
    world.submit()
    assert sweep(world) == {}


def test_a_job_whose_message_was_lost_gets_another() -> None:
    world = World()
    job = world.submit()
    lose_messages(world)
    world.clock.sleep(20)
    assert sweep(world)["MessagesLost"] == 1
    assert read_queue(world) == [Message(job.id)]
    world.work()
    assert world.job(job).status == Status.DONE


def test_a_job_in_a_busy_queue_only_waits() -> None:
    world = World()
    world.submit()
    world.clock.sleep(20)
    assert sweep(world) == {"JobsLookedAt": 1}
    assert len(read_queue(world)) == 1


def test_a_leased_job_is_left_alone() -> None:
    world = World(CopyTask(before=die))
    job = world.submit()
    with pytest.raises(Killed):
        world.work_once()
    world.table.update(Change(job.key, set={"check_at": world.clock.now()}))
    lose_messages(world)
    before = world.table.items[job.key]
    sweep(world)
    assert world.table.items[job.key] == before
    assert read_queue(world) == []


def test_a_job_whose_worker_and_message_are_lost_is_sent_again() -> None:
    world = World(CopyTask(before=die))
    job = world.submit()
    with pytest.raises(Killed):
        world.work_once()
    lose_messages(world)
    world.clock.sleep(WORKER_SECONDS + 30)
    counts = sweep(world)
    assert (counts["LeasesLost"], counts["JobsRescued"]) == (1, 1)
    assert read_queue(world) == [Message(job.id)]


def test_a_job_whose_last_worker_was_killed_fails_with_every_attempt() -> None:
    world = World(CopyTask(before=die))
    job = world.submit()
    for _ in range(3):
        with pytest.raises(Killed):
            world.work()
    lose_messages(world)
    world.clock.sleep(WORKER_SECONDS + 30)
    assert sweep(world)["JobsDeadLettered"] == 1
    after = world.job(job)
    assert (after.status, [each["attempt"] for each in after.attempts]) == (Status.FAILED, [1, 2, 3])


@pytest.mark.parametrize("parts", [1, 3])
def test_a_job_past_its_deadline_fails(parts: int) -> None:
    world = World()
    job = world.submit(parts=parts)
    if parts > 1:
        world.work_once()
    lose_messages(world)
    world.clock.sleep(3601)
    assert sweep(world)["JobsExpired"] == 1
    error = world.job(job).error
    assert error is not None
    assert error["type"] == "/problems/deadline-exceeded"


def test_lost_parts_are_sent_again_and_running_ones_are_not() -> None:
    world = World()
    job = world.submit(parts=3)
    world.work_once()
    lose_messages(world)
    held = next(key for key in world.table.items if key.sk.endswith("0002"))
    world.table.update(
        Change(held, set={"phase": "running", "fence": 1, "lease_until": world.clock.now() + 60})
    )
    world.clock.sleep(20)
    sweep(world)
    assert sorted(message.part or "" for message in read_queue(world)) == ["1#0001", "1#0003"]
    assert world.job(job).status == Status.PROCESSING


def test_a_part_whose_last_worker_was_killed_fails_its_job() -> None:
    world = World(CopyTask(before=die))
    job = world.submit(parts=2)
    world.work_once()
    lose_messages(world)
    part = next(key for key in world.table.items if key.sk.endswith("0001"))
    world.table.update(Change(part, set={"phase": "running", "fence": 3, "attempt": 3}))
    world.clock.sleep(20)
    assert sweep(world)["JobsDeadLettered"] == 1
    after = world.job(job)
    assert after.error is not None
    assert (after.status, after.error["type"]) == (Status.FAILED, "/problems/worker-lost")
    assert [each["attempt"] for each in after.attempts] == [1, 2, 3]


def test_a_job_whose_parts_are_done_but_not_joined_is_joined() -> None:
    world = World()
    job = world.submit(parts=1)
    world.table.update(
        Change(job.key, set={"phase": "running", "plan": "1", "parts_open": 0, "parts_total": 0})
    )
    lose_messages(world)
    world.clock.sleep(20)
    sweep(world)
    world.work()
    assert world.job(job).status == Status.DONE


def test_two_janitors_send_one_message() -> None:
    world = World()
    world.submit()
    lose_messages(world)
    world.clock.sleep(20)
    stale = Janitor(world.system, world.clock.now() + 60, chance=lambda: 0.5)
    [item] = stale._find_due()
    sweep(world)
    stale._check_job(Job.of(item), item["check_at"])
    assert len(read_queue(world)) == 1


def test_the_pauses_between_rescues_grow() -> None:
    world = World()
    job = world.submit()
    gaps, last = [], 0.0
    for _ in range(2000):
        lose_messages(world)
        world.clock.sleep(1)
        if sweep(world)["JobsRescued"]:
            gaps.append(world.clock.now() - last)
            last = world.clock.now()
    assert gaps[1:4] == [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, 4 * FIRST_PAUSE_S]
    assert world.job(job).status == Status.PROCESSING


def test_a_run_out_of_time_goes_on_in_the_next() -> None:
    world = World()
    for _ in range(10):
        world.submit()
    lose_messages(world)
    world.clock.sleep(20)
    send = world.queue.send

    def slow(*args: Any, **more: Any) -> None:
        world.clock.sleep(10)
        send(*args, **more)

    world.queue.send = slow  # type: ignore[method-assign]
    first = Janitor(world.system, world.clock.now() + RESERVE_S + 45)
    assert not first.sweep()
    assert first.counts["JobsRescued"] == 5
    sent = {message.job_id for message in read_queue(world)}
    lose_messages(world)  # as if workers had received them, so the queue is not busy
    assert Janitor(world.system, world.clock.now() + 600).sweep()
    assert len(sent | {message.job_id for message in read_queue(world)}) == 10


def test_a_broken_record_does_not_stop_the_sweep(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    broken, well = world.submit(), world.submit()
    world.table.update(Change(broken.key, set={"status": "NONSENSE"}))
    lose_messages(world)
    world.clock.sleep(20)
    counts = sweep(world)
    assert (counts["JanitorErrors"], counts["JobsRescued"]) == (1, 1)
    assert read_queue(world) == [Message(well.id)]


def test_a_throttled_janitor_stops_until_its_next_run() -> None:
    world = World()
    world.submit()
    lose_messages(world)
    world.clock.sleep(20)

    def throttled(*args: Any, **more: Any) -> None:
        raise Throttled

    world.queue.send = throttled  # type: ignore[method-assign]
    janitor = Janitor(world.system, world.clock.now() + 60)
    assert not janitor.sweep()
    assert janitor.counts["JanitorErrors"] == 1
