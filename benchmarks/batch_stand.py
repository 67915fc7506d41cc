"""A table with batches, the worker that makes their jobs, and those that run them."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from unittest.mock import patch
from uuid import uuid4

from batches.messages import handle_message
from batches.task import BatchTask
from benchmarks.dynamodb_local import connect, create_table
from heavylift.adapters.aws.dynamodb import DynamoTable
from heavylift.adapters.memory.objects import MemoryObjects
from heavylift.adapters.memory.queue import Delivery
from heavylift.adapters.system_clock import SystemClock
from heavylift.job_store.load import load_job
from heavylift.jobs.ids import new_id
from heavylift.jobs.job import Job
from heavylift.jobs.object_keys import upload_key
from heavylift.ports.lanes import Lane, queue_of
from heavylift.ports.queue import Depth, Done, Message
from heavylift.ports.system import System
from heavylift.runtime import bootstrap
from heavylift.service.batches.items import MANIFEST, BatchItem, write_lines
from heavylift.service.inputs import Upload
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.settings import Settings
from heavylift.tasks.registry import spec_of
from heavylift.worker.runner import Invocation, Runner
from message.task import MessageTask

TENANT = "me"
INVOCATION_S = 900


class Watcher(Protocol):
    def attach(self, client: Any) -> None:
        """Follow the calls of a client."""


@dataclass
class Queue:
    """The JobQueue port for many threads: each message is received once, in the order of its time."""

    messages: dict[str, list[tuple[float, int, str]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def send(self, queue: str, message: Message, *, delay_s: float = 0, group: str | None = None) -> None:  # noqa: ARG002
        with self._lock:
            waiting = self.messages.setdefault(queue, [])
            heapq.heappush(waiting, (time.time() + delay_s, next(self._numbers), message.encode()))

    def send_many(self, queue: str, messages: Sequence[Message], *, group: str | None = None) -> None:
        for message in messages:
            self.send(queue, message, group=group)

    def receive(self, queue: str) -> Delivery | None:
        with self._lock:
            waiting = self.messages.get(queue)
            if not waiting or waiting[0][0] > time.time():
                return None
            visible_at, number, body = heapq.heappop(waiting)
            return Delivery(body, visible_at, str(number), receives=1)

    def postpone(self, queue: str, receipt: str, seconds: float) -> None:
        """Do nothing: a received message is out of the queue."""

    def get_depth(self, queue: str) -> Depth:
        return Depth(len(self.messages.get(queue, [])), 0, 0)


@dataclass
class Stand:
    """A table, and a system with its own meter for each role that uses it."""

    endpoint: str
    table: str = field(default_factory=lambda: f"batches-{uuid4().hex[:8]}")

    def __post_init__(self) -> None:
        clock = SystemClock()
        settings = Settings(table_name=self.table, bucket_name="b", queue_prefix="q-")
        self.queue = Queue()
        self.client = connect(self.endpoint)
        table = DynamoTable(self.client, self.table)
        self.system = System(table, self.queue, MemoryObjects(), clock, settings)

    def create(self) -> None:
        create_table(self.client, self.table)

    def system_with(self, *watchers: Watcher) -> System:
        client = connect(self.endpoint)
        for watcher in watchers:
            watcher.attach(client)
        return replace(self.system, table=DynamoTable(client, self.table))

    def batch_of(self, count: int) -> Job:
        items = [BatchItem(name=f"item {number}", params={"seconds": 0}) for number in range(1, count + 1)]
        upload_id = new_id(self.system.clock.now())
        self.system.objects.put(upload_key(TENANT, upload_id), write_lines(items), MANIFEST)
        given = Submission(TENANT, BatchTask.spec.name, {"task": MessageTask.spec.name}, Upload(upload_id))
        return submit(self.system, given)


@dataclass
class Maker:
    """Makes the jobs of batches, as their worker does. `seconds` is the time that it has worked."""

    system: System
    queue: Queue
    seconds: float = 0.0

    def work(self) -> bool:
        """Handle a message. Return False if none is visible."""
        queue = spec_of(BatchTask.spec.name).queue
        delivery = self.queue.receive(queue)
        if delivery is None:
            return False
        began = time.perf_counter()
        message, ends_at = Message.decode(delivery.body), self.system.clock.now() + INVOCATION_S
        runner = Runner(self.system, {BatchTask.spec.name: BatchTask()})
        with patch.object(bootstrap, "get_system", lambda: self.system):
            run = lambda: runner.run(message, delivery.receipt, Invocation(ends_at))  # noqa: E731
            assert isinstance(handle_message(self.system, message, ends_at, run), Done)
        self.seconds += time.perf_counter() - began
        return True


@dataclass
class Workers:
    """Run the jobs of the bulk lane. It may be used by several threads."""

    system: System
    queue: Queue

    def run_all(self) -> Iterator[str]:
        """Run each job that is visible, and yield its id."""
        queue = queue_of(spec_of(MessageTask.spec.name).queue, Lane.BULK)
        runner = Runner(self.system, {MessageTask.spec.name: MessageTask()})
        while (delivery := self.queue.receive(queue)) is not None:
            message = Message.decode(delivery.body)
            runner.run(message, delivery.receipt, Invocation(self.system.clock.now() + INVOCATION_S))
            yield message.job_id


def load(system: System, job_id: str) -> Job:
    found = load_job(system.table, job_id)
    assert found is not None
    return found
