"""The line of a busy queue: which of its messages are missing."""

from __future__ import annotations

from heavylift.jobs import transitions
from heavylift.recovery.lines import MIN_WAIT_S, Lines
from tests.support.world import QUEUE, World


def test_a_message_that_comes_during_the_sweep_makes_no_older_one_look_lost() -> None:
    world = World()
    waiting = world.submit()
    world.clock.sleep(1)
    begun = world.submit()
    now = world.clock.now()
    world.table.update(transitions.claim(begun.key, now=now, lease_until=now + 60, deadline=begun.deadline))
    world.clock.sleep(MIN_WAIT_S)
    lines = Lines(world.system)
    assert lines.is_busy(QUEUE)
    world.submit()
    assert lines.explain_wait(waiting)
    world.queue.queues[QUEUE].pop(0)
    assert not Lines(world.system).explain_wait(waiting)
