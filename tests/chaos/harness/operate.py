"""The operator of a history."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from heavylift.adapters.memory.switch import MemorySwitch
from heavylift.errors import Throttled
from heavylift.ports.system import System
from heavylift.service.pauses import pause_queue, resume_queue
from tests.chaos.harness.scheduler import Scheduler
from tests.chaos.harness.trouble import Killed, Unreachable
from tests.support.world import QUEUE

OPERATING_S = 1200.0


def operate(
    system: System,
    switch: MemorySwitch,
    scheduler: Scheduler,
    random: Random,
    is_over: Callable[[], bool],
) -> None:
    """Pause and resume. What is cut off between is repeated, as a person does who gets an error."""
    until = scheduler.now() + OPERATING_S
    while not is_over() and scheduler.now() < until:
        scheduler.sleep(random.uniform(0, 600))
        _repeat(scheduler, lambda: pause_queue(system, switch, QUEUE))
        scheduler.sleep(10 ** random.uniform(1.5, 3.2))
        _repeat(scheduler, lambda: resume_queue(system, switch, QUEUE))


def _repeat(scheduler: Scheduler, act: Callable[[], object]) -> None:
    while True:
        scheduler.current.invocation += 1
        try:
            act()
        except (Killed, Throttled, Unreachable):
            scheduler.sleep(1)
        else:
            return
