"""Progress: how often a running job reads and writes its record, and how soon a cancel is noticed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from heavylift.jobs.states import Status
from heavylift.ports.queue import Done
from heavylift.service.control import cancel
from heavylift.tasks.task import JobContext, PartSpec, Result
from heavylift.worker.context import LOOK_EVERY_S, WRITE_EVERY_S
from heavylift.worker.outcome import JobOutcome
from tests.support.world import CopyTask, World

POLL_S = 0.5
"""The interval at which the sandbox's supervisor calls `advance(0)`."""


class SlowTask(CopyTask):
    """Runs for 50 seconds. `units` are counted at each poll."""

    units = 0
    at_poll: Any = None

    def run(self, work: JobContext[Any], part: PartSpec) -> Result:
        for poll in range(100):
            work.advance(self.units)
            self.world.clock.sleep(POLL_S)
            if self.at_poll:
                self.at_poll(poll)
        return {"copied": 1}

    world: World


def run_slow_task(units: int, at_poll: Any = None) -> tuple[World, Counter[str], Any]:
    task = SlowTask()
    world = World(task)
    task.world, task.units, task.at_poll = world, units, at_poll
    job = world.submit()
    calls: Counter[str] = Counter()
    for name in ("get", "update"):
        method = getattr(world.table, name)

        def counted(*args: Any, _name: str = name, _method: Any = method) -> Any:
            calls[_name] += 1
            return _method(*args)

        setattr(world.table, name, counted)
    return world, calls, (job, world.work_once())


CLAIM_AND_FINISH = 2


@pytest.mark.parametrize(("units", "writes"), [(0, 1), (1, 50 / WRITE_EVERY_S + 1)])
def test_progress_is_written_only_if_it_has_changed(units: int, writes: float) -> None:
    _, calls, (_, disposition) = run_slow_task(units)
    assert disposition == Done(JobOutcome.DONE)
    assert calls["update"] <= CLAIM_AND_FINISH + writes
    assert calls["get"] <= 1 + 50 / LOOK_EVERY_S


@pytest.mark.parametrize("units", [0, 1])
def test_a_cancel_is_noticed_within_a_look(units: int) -> None:
    noticed: list[float] = []

    def cancel_at_poll(poll: int) -> None:
        world = task_world[0]
        if poll == 20:
            [job] = [world.job(each) for each in jobs]
            cancel(world.system, job)
            noticed.append(world.clock.now())

    task = SlowTask()
    world = World(task)
    task.world, task.units, task.at_poll = world, units, cancel_at_poll
    task_world, jobs = [world], [world.submit()]
    assert world.work_once() == Done(JobOutcome.CANCELED)
    assert world.clock.now() - noticed[0] <= LOOK_EVERY_S + POLL_S
    assert world.job(jobs[0]).status == Status.CANCELED
