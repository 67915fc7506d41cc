"""What a short job writes: accepted, claimed, finished. Each write of an open job costs index entries too."""

from __future__ import annotations

from typing import Any

import pytest

from heavylift.ports.queue import Done
from heavylift.worker.outcome import JobOutcome
from tests.support.world import World

CLAIM_AND_FINISH = 2


def test_a_short_job_is_written_when_it_is_claimed_and_when_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.submit()
    writes: list[Any] = []
    update = world.table.update

    def count(change: Any) -> Any:
        writes.append(change)
        return update(change)

    monkeypatch.setattr(world.table, "update", count)
    assert world.work() == [Done(JobOutcome.DONE)]
    assert len(writes) == CLAIM_AND_FINISH
