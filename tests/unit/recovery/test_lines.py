"""The line of a busy queue: which of its messages are missing."""

from __future__ import annotations

from heavylift.jobs.job import Job
from heavylift.recovery.lines import MIN_WAIT_S, Lines
from tests.support.world import QUEUE, World


def submit_two(world: World) -> tuple[Job, Job]:
    """Return a job whose message is lost, and a younger one whose message is in the queue."""
    first = world.submit()
    world.queue.queues[QUEUE].clear()
    world.clock.sleep(1)
    return first, world.submit()


def test_an_overtaken_job_whose_message_is_missing_waits_without_a_reason() -> None:
    world = World()
    lost, begun = submit_two(world)
    world.claim(begun)
    world.clock.sleep(MIN_WAIT_S - 2)
    assert Lines(world.system).explain_wait(lost)
    world.clock.sleep(2)
    lines = Lines(world.system)
    assert not lines.explain_wait(lost)
    lines.replace_one(QUEUE)
    assert lines.explain_wait(lost)


def test_a_job_that_no_younger_one_has_overtaken_only_waits() -> None:
    world = World()
    lost, waiting = submit_two(world)
    world.clock.sleep(MIN_WAIT_S)
    assert Lines(world.system).explain_wait(lost)
    world.claim(waiting)
    assert not Lines(world.system).explain_wait(lost)


def test_each_open_part_has_a_message_in_the_line() -> None:
    world = World()
    lost = world.submit()
    world.queue.queues[QUEUE].clear()
    world.clock.sleep(1)
    world.submit(parts=3)
    world.work_once()
    world.clock.sleep(MIN_WAIT_S)
    assert world.queue.get_depth(QUEUE).visible == 3
    assert not Lines(world.system).explain_wait(lost)


def test_a_message_that_comes_during_the_sweep_makes_no_older_one_look_lost() -> None:
    world = World()
    waiting = world.submit()
    world.clock.sleep(1)
    world.claim(world.submit())
    world.clock.sleep(MIN_WAIT_S)
    lines = Lines(world.system)
    assert lines.is_busy(QUEUE)
    world.submit()
    assert lines.explain_wait(waiting)
