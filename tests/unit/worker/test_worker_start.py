"""A worker whose tasks can't be loaded ends the jobs that it is given, and counts each end once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from heavylift.jobs.states import Status
from heavylift.ports.queue import Done, Message
from heavylift.ports.table import Change, Item, Key
from heavylift.runtime.worker_handler import Worker
from heavylift.tasks.registry import TaskFileError
from heavylift.worker.outcome import JobOutcome
from tests.support.world import QUEUE, World

UNUSED: Any = SimpleNamespace()


def fail_to_load() -> Any:
    raise TaskFileError("task.py: no task")


def test_a_job_of_a_worker_that_can_not_start_is_a_dead_letter() -> None:
    world = World()
    job = world.submit()
    done = Worker(QUEUE, fail_to_load).handle(world.system, Message(job.id), UNUSED, UNUSED)
    assert done == Done(JobOutcome.DEAD)
    assert world.job(job).status == Status.FAILED


def test_a_job_that_another_has_ended_meanwhile_is_no_dead_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    job = world.submit()
    read = world.table.get

    def read_and_canceled(key: Key) -> Item | None:
        item = read(key)
        world.table.update(Change(job.key, set={"status": "CANCELED", "phase": "finished"}))
        return item

    monkeypatch.setattr(world.table, "get", read_and_canceled)
    done = Worker(QUEUE, fail_to_load).handle(world.system, Message(job.id), UNUSED, UNUSED)
    assert done == Done(JobOutcome.DUPLICATE)
