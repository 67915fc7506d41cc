"""A whole Heavylift in memory: the real rules on the in-memory adapters, with a manual clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from heavylift.adapters.memory.clock import ManualClock
from heavylift.adapters.memory.objects import MemoryObjects
from heavylift.adapters.memory.queue import MemoryQueue
from heavylift.adapters.memory.table import MemoryTable
from heavylift.jobs.job import Job, job_key
from heavylift.ports.queue import Disposition, Done, Message
from heavylift.ports.system import System
from heavylift.service.submit import Submission, submit
from heavylift.settings import Settings
from heavylift.tasks.registry import TASKS
from heavylift.tasks.spec import OutputNamed, Params, TaskSpec
from heavylift.tasks.task import JobContext, PartSpec, Plan, Result
from heavylift.worker.runner import Invocation, Runner

QUEUE = "tests"
WORKER_SECONDS = 60.0
TEXT = b"text:"


class CopyParams(Params):
    parts: int = 1


def _is_text(head: bytes) -> str | None:
    return "text/plain" if head.startswith(TEXT) else None


COPY = TaskSpec(
    name="copy",
    title="Copy",
    description="Makes one output for each part.",
    queue=QUEUE,
    params=CopyParams,
    input="required",
    accepts=("text/plain",),
    sniff=_is_text,
    limits={"max_bytes": 1000},
    max_attempts=3,
    deadline_s=3600,
)


class CiteParams(Params):
    source: str | None = None


CITE = replace(
    COPY,
    name="cite",
    params=CiteParams,
    input="none",
    job_params={"source": OutputNamed(task=COPY.name, output="copy-1.txt")},
)
"""A task with a param that is a job id."""


@dataclass
class CopyTask:
    """Copies its input once for each part. `before(number)` runs in each part and may raise."""

    before: Callable[[int], None] = lambda number: None
    runs: list[int] = field(default_factory=list)
    spec: TaskSpec = COPY

    def plan(self, work: JobContext[Any]) -> Plan:
        count: int = work.params.parts
        return Plan(tuple({"number": number} for number in range(1, count + 1)), total=count)

    def run(self, work: JobContext[Any], part: PartSpec) -> Result:
        self.runs.append(part["number"])
        self.before(part["number"])
        made = work.directory / "made"
        made.write_bytes(work.input.read_bytes())
        work.publish(f"copy-{part['number']}.txt", made, "text/plain")
        work.advance(1)
        return {"copied": part["number"]}

    def join(self, work: JobContext[Any], results: list[Result]) -> Result:
        return {"copied": [result["copied"] for result in results]}


class World:
    def __init__(self, task: CopyTask | None = None) -> None:
        TASKS.setdefault(COPY.name, COPY)
        TASKS.setdefault(CITE.name, CITE)
        self.task = task or CopyTask()
        self.clock = ManualClock()
        self.table = MemoryTable()
        self.queue = MemoryQueue(self.clock, visibility_s=6 * WORKER_SECONDS)
        self.objects = MemoryObjects()
        settings = Settings(table_name="t", bucket_name="b", queue_prefix="q-")
        self.system = System(self.table, self.queue, self.objects, self.clock, settings)

    def submit(self, **params: Any) -> Job:
        return submit(self.system, Submission("me", COPY.name, params, TEXT + b"hello"))

    def job(self, job: Job) -> Job:
        item = self.table.get(job_key(job.id))
        assert item is not None
        return Job.of(item)

    def runner(self) -> Runner:
        return Runner(self.system, {COPY.name: self.task}, chance=lambda: 0.5)

    def invocation(self) -> Invocation:
        return Invocation(ends_at=self.clock.now() + WORKER_SECONDS)

    def work_once(self) -> Disposition | None:
        """Receive a message, run it and apply the disposition. Returns None if no message is visible."""
        delivery = self.queue.receive(QUEUE)
        if delivery is None:
            return None
        disposition = self.runner().run(Message.decode(delivery.body), delivery.receipt, self.invocation())
        if isinstance(disposition, Done):
            self.queue.delete(QUEUE, delivery.receipt)
        else:
            self.queue.postpone(QUEUE, delivery.receipt, disposition.seconds)
        return disposition

    def work(self, seconds: float = 7200) -> list[Disposition]:
        """Run messages until the queue is empty, and let time pass while they are hidden."""
        dispositions, until = [], self.clock.now() + seconds
        while self.queue.queues.get(QUEUE) and self.clock.now() < until:
            disposition = self.work_once()
            if disposition is None:
                self.clock.sleep(1)
            else:
                dispositions.append(disposition)
        return dispositions

    def outputs(self, job: Job) -> list[str]:
        """Return the names of the stored output objects, whatever the record lists."""
        prefix = f"jobs/{job.id}/outputs/"
        return sorted(key.removeprefix(prefix) for key in self.objects.objects if key.startswith(prefix))


class Killed(BaseException):
    """Raised by a test where a worker process dies. A BaseException, so that no code catches it."""
