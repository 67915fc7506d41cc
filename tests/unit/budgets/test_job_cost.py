"""What one job costs: calls, DynamoDB's write units and messages, counted in the in-memory ports."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

import pytest

from heavylift.adapters.memory.table import MemoryTable
from heavylift.ports.table import DEAD, OPEN, TENANT, Change, Item, Key, Write
from heavylift.tasks.task import JobContext, PartSpec, Result
from tests.support.world import QUEUE, CopyTask, World

UNIT_BYTES = 1024
RUN_S = 30
POLL_S = 0.5


class CountingTable(MemoryTable):
    """Counts write units as DynamoDB does: each started kilobyte, for the item and each index it is in."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()

    def get(self, key: Key) -> Item | None:
        self.counts["reads"] += 1
        return super().get(key)

    def update(self, change: Change) -> Item:
        self.transact(change)
        return self.items[change.key]

    def transact(self, *writes: Write) -> None:
        super().transact(*writes)
        for write in writes:
            item = self.items[write.key]
            indexes = sum(index.partition in item and index.sort in item for index in (OPEN, DEAD, TENANT))
            size = len(json.dumps(item).encode())
            self.counts["writes"] += 1
            self.counts["units"] += (
                math.ceil(size / UNIT_BYTES) * (1 + indexes) * (2 if len(writes) > 1 else 1)
            )


class SlowTask(CopyTask):
    """Runs for half a minute, and counts no progress."""

    world: World

    def run(self, work: JobContext[Any], part: PartSpec) -> Result:
        for _ in range(int(RUN_S / POLL_S)):
            work.advance(0)
            self.world.clock.sleep(POLL_S)
        return {"copied": 1}


def make_world(task: CopyTask | None = None) -> tuple[World, CountingTable]:
    world = World(task)
    table = CountingTable()
    world.table = table
    object.__setattr__(world.system, "table", table)
    return world, table


@pytest.mark.parametrize(("task", "most_reads"), [(CopyTask(), 4), (SlowTask(), 36)])
def test_a_small_job_costs_four_writes_and_one_message(task: CopyTask, most_reads: int) -> None:
    world, table = make_world(task)
    if isinstance(task, SlowTask):
        task.world = world
    world.submit()
    assert len(world.queue.queues[QUEUE]) == 1
    world.work()
    assert table.counts["writes"] <= 4  # accepted, claimed, progress, finished
    assert table.counts["units"] <= 12  # a kilobyte each, in the table and in two indexes until the end
    assert table.counts["reads"] <= most_reads
