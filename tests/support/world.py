"""A whole Heavylift in memory (`heavylift.testing`) with one task that copies its input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from heavylift import testing
from heavylift.jobs import transitions
from heavylift.jobs.job import Job
from heavylift.ports.queue import Disposition
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.tasks.registry import TASKS
from heavylift.tasks.spec import OutputNamed, Params, TaskSpec
from heavylift.tasks.task import JobContext, PartSpec, Plan, Result

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


class World(testing.World):
    """A Heavylift of one tenant, one queue and the copy task."""

    def __init__(self, task: CopyTask | None = None) -> None:
        TASKS.setdefault(CITE.name, CITE)
        self.task = task or CopyTask()
        super().__init__(self.task, seconds=WORKER_SECONDS)

    def submit(self, **params: Any) -> Job:
        return submit(self.system, Submission("me", COPY.name, params, TEXT + b"hello"))

    def claim(self, job: Job) -> Job:
        """Claim the job as a worker does, and return it. Raises ConditionFailed."""
        now = self.clock.now()
        change = transitions.claim(job.key, now=now, lease_until=now + WORKER_SECONDS, deadline=job.deadline)
        return Job.of(self.table.update(change))

    def job(self, job: Job) -> Job:
        return self.load(job)

    def work_once(self, queue: str = QUEUE) -> Disposition | None:
        return super().work_once(queue)

    def work(self, seconds: float = 7200) -> list[Disposition]:
        return self.work_through(QUEUE, seconds)

    def outputs(self, job: Job) -> list[str]:
        """Return the names of the stored output objects, whatever the record lists."""
        prefix = f"jobs/{job.id}/outputs/"
        return sorted(key.removeprefix(prefix) for key in self.objects.objects if key.startswith(prefix))


class Killed(BaseException):
    """Raised by a test where a worker process dies. A BaseException, so that no code catches it."""
