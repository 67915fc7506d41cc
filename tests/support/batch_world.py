"""A Heavylift in memory with the worker of batches, the copy task, and a stream that may lose records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from batches.messages import handle_message
from batches.task import BatchTask
from heavylift.adapters.memory.table import MemoryTable
from heavylift.job_store.batch_counts import count_end
from heavylift.job_store.load import load_job
from heavylift.jobs.afterwards import COUNT_GRACE_S
from heavylift.jobs.job import Job
from heavylift.ports.lanes import Lane, queue_of
from heavylift.ports.queue import Disposition, Done, Message
from heavylift.ports.table import Write
from heavylift.recovery.batches import BatchSweep
from heavylift.recovery.janitor import Janitor
from heavylift.runtime import bootstrap
from heavylift.service.batches.items import BatchItem, write_lines
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.tasks.registry import TASKS
from tests.support.world import QUEUE, World

BATCHES = "batches"
BULK = queue_of(QUEUE, Lane.BULK)


class StreamedTable(MemoryTable):
    """Records which jobs of batches have ended."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: list[str] = []

    def _apply(self, write: Write) -> None:
        before = self.items.get(write.key, {})
        super()._apply(write)
        after = self.items[write.key]
        if after.get("phase") == "finished" != before.get("phase") and "batch" in after:
            self.ended.append(after["id"])


class BatchWorld(World):
    """Copy tasks need an input; these batches use outputs of a job that is DONE."""

    def __init__(self, patch: pytest.MonkeyPatch, table: StreamedTable | None = None) -> None:
        super().__init__()
        self.table: StreamedTable = table or StreamedTable()
        self.system = replace(self.system, table=self.table)
        self.tasks["batch"] = BatchTask()
        patch.setitem(TASKS, "batch", BatchTask.spec)
        patch.setattr(bootstrap, "get_system", lambda: self.system)
        self.lost: Callable[[Job], bool] = lambda _job: False
        self.source = World.submit(self)
        self.work()

    def item(self, **more: Any) -> BatchItem:
        given = {"input": {"job_id": self.source.id, "output": "copy-1.txt"}, **more}
        return BatchItem.model_validate(given)

    def submit_batch(self, items: Iterable[BatchItem] | bytes, **params: Any) -> Job:
        manifest = items if isinstance(items, bytes) else write_lines(items)
        return submit(self.system, Submission("me", "batch", {"task": "copy", **params}, manifest))

    def make_once(self) -> Disposition | None:
        """Handle one message of the queue of batches."""
        delivery = self.queue.receive(BATCHES)
        if delivery is None:
            return None
        message, invocation = Message.decode(delivery.body), self.invocation()
        run = partial(self.runner().run, message, delivery.receipt, invocation)
        disposition = handle_message(self.system, message, invocation.ends_at, run)
        if isinstance(disposition, Done):
            self.queue.delete(BATCHES, delivery.receipt)
        else:
            self.queue.postpone(BATCHES, delivery.receipt, disposition.seconds)
        return disposition

    def children(self, batch: Job) -> list[Job]:
        """Return the batch's jobs in order. A maker that died may have left holes."""
        found = self.table.items.values()
        mine = [Job.of(item) for item in found if item.get("batch_id") == batch.id]
        return sorted(mine, key=lambda job: job.id)

    def pass_stream(self) -> None:
        """Count the ends of batches' jobs, as the stream does, except those that it loses."""
        while self.table.ended:
            job = load_job(self.table, self.table.ended.pop())
            if job is not None and not self.lost(job):
                count_end(self.system, job)

    def sweep(self) -> None:
        ends_at = self.clock.now() + 60
        Janitor(self.system, ends_at, chance=lambda: 0.5).run()
        BatchSweep(self.system, ends_at).run()

    def finish(self, batch: Job, seconds: float = 100_000) -> Job:
        """Run everything until the batch has ended and its worker has nothing left to do. Return it."""
        until = self.clock.now() + seconds
        while self.clock.now() < until:
            moved = [self.make_once(), self.work_once(BULK)]
            self.pass_stream()
            if any(moved):
                continue
            # The janitor knows an ended batch until its jobs are canceled.
            if self.job(batch).ended and "open_pk" not in self.table.items[batch.key]:
                break
            self.clock.sleep(5)
            self.sweep()
        self.clock.sleep(COUNT_GRACE_S)  # for ends that the stream has lost
        self.sweep()
        return self.job(batch)
