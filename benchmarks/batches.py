"""Measures a large batch on a DynamoDB Local: its creation, its ends, and their counters.

    python benchmarks/batches.py [--endpoint http://127.0.0.1:8000] [--jobs 100000]

In one run: the worker of batches makes the jobs of a batch, from a manifest. As many are submitted one by
one, by the calls that POST /v1/jobs makes. The batch's jobs run (the task `message`, which waits for 0
seconds), and their ends are counted, by the calls of the real workers and of the real stream. Then several
threads at once count the ends of a smaller batch, in a table where two transactions on one item meet as on
AWS: DynamoDB Local handles them one after the other. Units are those that the service returns
(ReturnConsumedCapacity).
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import logging
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import boto3
from botocore.config import Config

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers" / "core"), str(ROOT / "functions")]

from batches.messages import handle_message  # noqa: E402
from batches.task import BatchTask  # noqa: E402
from heavylift.adapters.aws.dynamodb import DynamoTable  # noqa: E402
from heavylift.adapters.memory.objects import MemoryObjects  # noqa: E402
from heavylift.adapters.memory.queue import Delivery  # noqa: E402
from heavylift.adapters.system_clock import SystemClock  # noqa: E402
from heavylift.errors import Throttled  # noqa: E402
from heavylift.job_store.batch_counts import count_end, load_counts  # noqa: E402
from heavylift.job_store.load import load_job  # noqa: E402
from heavylift.jobs import batches  # noqa: E402
from heavylift.jobs.batches import COUNTERS, counter_of  # noqa: E402
from heavylift.jobs.ids import new_id  # noqa: E402
from heavylift.jobs.job import Job  # noqa: E402
from heavylift.jobs.object_keys import upload_key  # noqa: E402
from heavylift.ports.lanes import Lane, queue_of  # noqa: E402
from heavylift.ports.queue import Depth, Done, Message  # noqa: E402
from heavylift.ports.system import System  # noqa: E402
from heavylift.runtime import bootstrap  # noqa: E402
from heavylift.service.batches import make  # noqa: E402
from heavylift.service.batches.items import MANIFEST, BatchItem, write_lines  # noqa: E402
from heavylift.service.inputs import Upload  # noqa: E402
from heavylift.service.submission import Submission  # noqa: E402
from heavylift.service.submit import submit  # noqa: E402
from heavylift.settings import Settings  # noqa: E402
from heavylift.tasks.registry import register_tasks, spec_of  # noqa: E402
from heavylift.worker.runner import Invocation, Runner  # noqa: E402
from infra.local.template import load  # noqa: E402
from message.task import MessageTask  # noqa: E402

TENANT, THREADS = "me", 8
CONTENDED_JOBS = 1_000
TRANSACTION_S = 0.010
"""How long a transaction has its items on AWS, about."""


@dataclass
class Meter:
    """Adds up the units of a client's calls, by operation."""

    writes: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)

    def attach(self, client: Any) -> None:
        client.meta.events.register("before-parameter-build.dynamodb", self._ask)
        client.meta.events.register("after-call.dynamodb", self._add)

    def _ask(self, params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def _add(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        found = parsed.get("ConsumedCapacity", [])
        units = sum(
            each.get("CapacityUnits", 0.0) for each in (found if isinstance(found, list) else [found])
        )
        is_read = model.name in ("GetItem", "BatchGetItem", "Query")
        (self.reads if is_read else self.writes)[model.name] += units
        self.calls[model.name] += 1


@dataclass
class Contention:
    """Refuses a transaction on an item that another one has, as DynamoDB does. Each takes `TRANSACTION_S`."""

    refused: int = 0
    begun: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _taken: set[str] = field(default_factory=set)
    _mine: threading.local = field(default_factory=threading.local)

    def attach(self, client: Any) -> None:
        client.meta.events.register("before-parameter-build.dynamodb.TransactWriteItems", self._keep_keys)
        client.meta.events.register("before-call.dynamodb.TransactWriteItems", self._begin)
        client.meta.events.register("after-call.dynamodb.TransactWriteItems", self._end)

    def _keep_keys(self, params: dict[str, Any], **_: Any) -> None:
        self._mine.keys = {str(each["Update"]["Key"]) for each in params["TransactItems"]}

    def _begin(self, **_: Any) -> Any:
        with self._lock:
            self.begun += 1
            self._mine.has = not self._taken & self._mine.keys
            if self._mine.has:
                self._taken |= self._mine.keys
            else:
                self.refused += 1
        if self._mine.has:
            time.sleep(TRANSACTION_S)
            return None
        error = {"Code": "TransactionCanceledException", "Message": "conflict"}
        reasons = [{"Code": "TransactionConflict"}] * 2
        return _Answer(400), {"Error": error, "CancellationReasons": reasons, "ResponseMetadata": {}}

    def _end(self, **_: Any) -> None:
        if self._mine.has:
            with self._lock:
                self._taken -= self._mine.keys


@dataclass
class _Answer:
    status_code: int
    headers: dict[str, str] = field(default_factory=dict)


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
        self.client = self.connect()
        table = DynamoTable(self.client, self.table)
        self.system = System(table, self.queue, MemoryObjects(), clock, settings)

    def connect(self) -> Any:
        access: dict[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        access["region_name"] = "us-east-1"
        config = Config(max_pool_connections=64, retries={"total_max_attempts": 1})
        return boto3.session.Session(**access).client("dynamodb", endpoint_url=self.endpoint, config=config)

    def create(self) -> None:
        properties = load((ROOT / "template.yaml").read_text())["Resources"]["Table"]["Properties"]
        names = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
        self.client.create_table(TableName=self.table, **{name: properties[name] for name in names})
        self.client.get_waiter("table_exists").wait(TableName=self.table)

    def system_with(self, *watchers: Meter | Contention) -> System:
        client = self.connect()
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
        message, ends_at = Message.decode(delivery.body), self.system.clock.now() + 900
        runner = Runner(self.system, {BatchTask.spec.name: BatchTask()})
        with patch.object(bootstrap, "get_system", lambda: self.system):
            run = lambda: runner.run(message, delivery.receipt, Invocation(ends_at))  # noqa: E731
            assert isinstance(handle_message(self.system, message, ends_at, run), Done)
        self.seconds += time.perf_counter() - began
        return True


@dataclass
class Workers:
    """Run the jobs of the bulk lane, and count their ends."""

    worker: System
    stream: System
    queue: Queue

    def work(self) -> int:
        """Run all jobs that are visible. Return how many."""
        with ThreadPoolExecutor(THREADS) as pool:
            return sum(pool.map(lambda _: self._work_through(), range(THREADS)))

    def _work_through(self) -> int:
        queue, count = queue_of(spec_of(MessageTask.spec.name).queue, Lane.BULK), 0
        runner = Runner(self.worker, {MessageTask.spec.name: MessageTask()})
        while (delivery := self.queue.receive(queue)) is not None:
            job_id = Message.decode(delivery.body).job_id
            runner.run(Message(job_id), delivery.receipt, Invocation(self.worker.clock.now() + 900))
            ended = load_job(self.stream.table, job_id)
            assert ended is not None
            count_end(self.stream, ended)
            count += 1
        return count


def show_batch(stand: Stand, jobs: int, write: Callable[[str], object]) -> None:
    made, ran, counted, single = Meter(), Meter(), Meter(), Meter()
    batch = stand.batch_of(jobs)
    maker = Maker(stand.system_with(made), stand.queue)
    workers = Workers(stand.system_with(ran), stand.system_with(counted), stand.queue)
    began = time.perf_counter()
    while not (now := reload(stand, batch)).ended:
        if not maker.work() | bool(workers.work()):
            time.sleep(0.2)  # the batch's message is hidden: enough jobs were open
    seconds = time.perf_counter() - began
    assert (now.status, load_counts(stand.system.table, batch.id).done) == ("DONE", jobs)
    write(
        f"{jobs:,} jobs of one batch: DONE after {seconds:.0f} s. {THREADS} threads ran and counted them\n\n"
    )

    singles = stand.system_with(single)
    began = time.perf_counter()
    with ThreadPoolExecutor(make.THREADS) as pool:
        given = Submission(TENANT, MessageTask.spec.name, {"seconds": 0})
        list(pool.map(lambda _: submit(singles, given), range(jobs)))
    alone = time.perf_counter() - began

    write("| of each job | calls | write units | read units |\n|---|---|---|---|\n")
    rows = [
        ("made by the batch", made),
        ("submitted alone", single),
        ("run", ran),
        ("its end counted", counted),
    ]
    for name, meter in rows:
        cells = (meter.calls.total(), meter.writes.total(), meter.reads.total())
        write(f"| {name} | {' | '.join(f'{cell / jobs:.2f}' for cell in cells)} |\n")
    write(f"\nMade by the batch: {jobs / maker.seconds:,.0f} jobs/s. ")
    write(f"Submitted alone, by {make.THREADS} threads: {jobs / alone:,.0f} jobs/s. ")
    units = single.writes.total() / made.writes.total()
    write(f"Ratio {alone / maker.seconds:.2f}x; of write units {units:.2f}x\n")

    reading = Meter()
    reader = stand.system_with(reading)
    began = time.perf_counter()
    load_counts(reader.table, batch.id)
    milliseconds = (time.perf_counter() - began) * 1000
    write(f"The batch's counts: {reading.calls.total()} call, {reading.reads.total():.1f} read units, ")
    write(f"{milliseconds:.0f} ms\n")
    shares = Counter(counter_of(position) for position in range(1, jobs + 1))
    write(f"The fullest of {COUNTERS} counters took {max(shares.values()) / jobs:.2%} of the ends\n")


def show_contention(stand: Stand, write: Callable[[str], object]) -> None:
    """Count the ends of a smaller batch by several threads, on one counter and on those that there are."""
    write(f"\n{CONTENDED_JOBS:,} ends, where two transactions on one item meet:\n\n")
    write(
        "| counters | threads | ends/s | refused, of 100 transactions | ends given up, to be sent again |\n"
    )
    write("|---|---|---|---|---|\n")
    for counters, threads in ((1, 8), (COUNTERS, 8), (COUNTERS, 40)):
        ended = _end_without_counting(stand)
        random.Random(1).shuffle(ended)
        contention = Contention()
        system = stand.system_with(contention)
        began = time.perf_counter()
        with (
            patch.object(batches, "counter_of", lambda position, of=counters: position % of),
            ThreadPoolExecutor(threads) as pool,
        ):
            counted = sum(pool.map(lambda job, on=system: _is_counted(on, job), ended))
        pace = counted / (time.perf_counter() - began)
        refused = 100 * contention.refused / contention.begun
        write(f"| {counters} | {threads} | {pace:,.0f} | {refused:.0f} | {CONTENDED_JOBS - counted} |\n")


def _is_counted(system: System, job: Job) -> bool:
    """Count an end. Return False if it was given up after many tries: the stream sends it again."""
    try:
        return count_end(system, job)
    except Throttled:
        return False


def _end_without_counting(stand: Stand) -> list[Job]:
    """Return the jobs of a new batch, all of which have ended and none of which is counted."""
    batch = stand.batch_of(CONTENDED_JOBS)
    maker, ended = Maker(stand.system, stand.queue), list[Job]()
    runner = Runner(stand.system, {MessageTask.spec.name: MessageTask()})
    queue = queue_of(spec_of(MessageTask.spec.name).queue, Lane.BULK)
    with patch.object(make, "window_of", lambda *_: CONTENDED_JOBS + 1):
        maker.work()
    while (delivery := stand.queue.receive(queue)) is not None:
        job_id = Message.decode(delivery.body).job_id
        runner.run(Message(job_id), delivery.receipt, Invocation(stand.system.clock.now() + 900))
        job = load_job(stand.system.table, job_id)
        assert job is not None
        if job.batch_id == batch.id:
            ended.append(job)
    assert len(ended) == CONTENDED_JOBS
    return ended


def reload(stand: Stand, job: Job) -> Job:
    found = load_job(stand.system.table, job.id)
    assert found is not None
    return found


def main() -> None:
    how = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=how)
    known = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000")
    parser.add_argument("--endpoint", default=known)
    parser.add_argument("--jobs", type=int, default=100_000)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    register_tasks(ROOT / "functions")
    stand = Stand(options.endpoint)
    stand.create()
    try:
        show_batch(stand, options.jobs, lambda text: print(text, end="", flush=True))
        show_contention(stand, lambda text: print(text, end="", flush=True))
    finally:
        stand.client.delete_table(TableName=stand.table)


if __name__ == "__main__":
    main()
