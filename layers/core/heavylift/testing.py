"""For the tests of tasks: run one without AWS, alone or through submit, queue and engine.

    from heavylift.testing import run_task

    def test_a_thumbnail_is_small(tmp_path):
        ran = run_task(thumbnail, Path("photo.png"), size=64)
        assert ran.result["width"] == 64

`World` is a whole Heavylift in memory: the real rules on the in-memory adapters, with a clock that a test
moves.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heavylift.adapters.memory.clock import ManualClock
from heavylift.adapters.memory.objects import MemoryObjects
from heavylift.adapters.memory.queue import MemoryQueue
from heavylift.adapters.memory.table import MemoryTable
from heavylift.job_store.load import load_job
from heavylift.job_store.manifest import load_manifest
from heavylift.jobs.job import Job
from heavylift.jobs.object_keys import output_key
from heavylift.ports.queue import Disposition, Done, Message
from heavylift.ports.system import System
from heavylift.service.inputs import check_input
from heavylift.service.submission import Submission
from heavylift.service.submit import submit, validate_params
from heavylift.settings import Settings
from heavylift.tasks.registry import TASKS
from heavylift.tasks.sources import SourceJob
from heavylift.tasks.spec import TaskSpec
from heavylift.tasks.task import Plan, Result, Task, parse_params
from heavylift.worker.runner import Invocation, Runner

__all__ = ["JobRun", "ManualClock", "TaskRun", "World", "run_job", "run_task"]

TENANT = "me"
WORKER_SECONDS = 60.0


class World:
    """A table, queues, a store and a clock in memory, and a worker that runs these tasks."""

    def __init__(self, *tasks: Task, seconds: float = WORKER_SECONDS) -> None:
        self.tasks = {task.spec.name: task for task in tasks}
        for task in tasks:
            TASKS.setdefault(task.spec.name, task.spec)
        self.seconds = seconds
        self.clock = ManualClock()
        self.table = MemoryTable()
        self.queue = MemoryQueue(self.clock, visibility_s=6 * seconds)
        self.objects = MemoryObjects()
        settings = Settings(table_name="t", bucket_name="b", queue_prefix="q-")
        self.system = System(self.table, self.queue, self.objects, self.clock, settings)

    def runner(self) -> Runner:
        return Runner(self.system, self.tasks, chance=lambda: 0.5)

    def invocation(self) -> Invocation:
        return Invocation(ends_at=self.clock.now() + self.seconds)

    def work_once(self, queue: str) -> Disposition | None:
        """Receive a message, run it and apply the disposition. Return None if no message is visible."""
        delivery = self.queue.receive(queue)
        if delivery is None:
            return None
        disposition = self.runner().run(Message.decode(delivery.body), delivery.receipt, self.invocation())
        if isinstance(disposition, Done):
            self.queue.delete(queue, delivery.receipt)
        else:
            self.queue.postpone(queue, delivery.receipt, disposition.seconds)
        return disposition

    def work_through(self, queue: str, seconds: float = 7200) -> list[Disposition]:
        """Run messages until the queue is empty. Time passes while they are hidden."""
        dispositions, until = [], self.clock.now() + seconds
        while self.queue.queues.get(queue) and self.clock.now() < until:
            disposition = self.work_once(queue)
            if disposition is None:
                self.clock.sleep(1)
            else:
                dispositions.append(disposition)
        return dispositions

    def load(self, job: Job) -> Job:
        """Return the job as its record is now."""
        found = load_job(self.table, job.id)
        assert found is not None  # noqa: S101 - for tests
        return found


@dataclass(frozen=True)
class JobRun:
    """What became of a job."""

    job: Job
    outputs: dict[str, bytes]
    """The content of each output, by name."""


def run_job(task: Task, input: Path | bytes | None = None, /, **params: Any) -> JobRun:  # noqa: A002
    """Submit a job, run it with retries, parts and all, and return how it ended.

    Raises what the API would refuse the submission with.
    """
    world = World(task)
    content = input.read_bytes() if isinstance(input, Path) else input
    job = submit(world.system, Submission(TENANT, task.spec.name, params, content))
    world.work_through(task.spec.queue)
    ended = world.load(job)
    listed = load_manifest(world.objects, ended)
    return JobRun(ended, {each.name: world.objects.read(output_key(job.id, each.name)) for each in listed})


@dataclass
class TaskRun:
    """A task's own steps, run in this process; also the JobContext that they get."""

    input_file: Path | None
    params: Any
    directory: Path
    """The scratch folder."""
    folder: Path
    """Where outputs are kept."""
    references: Mapping[str, Path] = field(default_factory=dict)
    source_jobs: Mapping[str, list[SourceJob]] = field(default_factory=dict)
    job_id: str = "job"
    attempt: int = 1
    seconds: float = 900
    """What is left of the invocation."""
    advanced: int = 0
    """Units of progress."""
    texts: list[str] = field(default_factory=list)
    """What was shown beside the progress."""
    logged: list[str] = field(default_factory=list)
    """The lines of the log."""
    media_types: dict[str, str] = field(default_factory=dict)
    """Of each output, by name."""
    plan: Plan = field(default_factory=lambda: Plan((), 0))
    results: list[Result] = field(default_factory=list)
    """The result of each part."""
    result: Result = field(default_factory=dict)

    @property
    def has_input(self) -> bool:
        return self.input_file is not None

    @property
    def input(self) -> Path:
        if self.input_file is None:
            raise RuntimeError("the task asked for an input and has none")
        return self.input_file

    @property
    def outputs(self) -> dict[str, bytes]:
        """The content of each output, by name."""
        return {name: (self.folder / name).read_bytes() for name in self.media_types}

    def reference(self, param: str) -> Path:
        return self.references[param]

    def sources(self, param: str) -> list[SourceJob]:
        return self.source_jobs[param]

    def advance(self, units: int = 1, text: str | None = None) -> None:
        self.advanced += units
        self.texts += [] if text is None else [text]

    def look(self) -> None:
        pass

    def log(self, text: str) -> None:
        self.logged.append(text)

    def publish(self, name: str, source: Path, media_type: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(source.read_bytes())
        self.media_types[name] = media_type

    def publish_stream(self, name: str, pieces: Iterable[bytes], media_type: str) -> int:
        file = self.directory / f"stream-{len(self.media_types)}"
        with file.open("wb") as opened:
            opened.writelines(pieces)
        self.publish(name, file, media_type)
        return file.stat().st_size

    def fetch(self, name: str) -> Path:
        path = self.directory / name
        path.write_bytes((self.folder / name).read_bytes())
        return path

    def remaining(self) -> float:
        return self.seconds

    def json(self, name: str) -> Any:
        """Return an output that is JSON, parsed."""
        return json.loads(self.outputs[name])


def run_task(
    task: Task,
    input: Path | bytes | None = None,  # noqa: A002 - the API's word
    /,
    *,
    folder: Path | None = None,
    references: Mapping[str, Path] | None = None,
    sources: Mapping[str, list[SourceJob]] | None = None,
    **params: Any,
) -> TaskRun:
    """Plan, run every part and join, in this process. Return the result and the outputs.

    Raises InvalidRequest, UnsupportedMedia or TooLarge as the API would, and whatever the task raises. The
    files go to `folder`, or to a temporary one. `references` are those of its job_params and model_params,
    `sources` those of its source_params.
    """
    folder = folder or Path(tempfile.mkdtemp(prefix="heavylift-test-"))
    (folder / "scratch").mkdir()
    (folder / "outputs").mkdir()
    parsed = parse_params(task.spec, validate_params(task.spec, params))
    file = _admit(task.spec, folder, input)
    job = TaskRun(file, parsed, folder / "scratch", folder / "outputs", references or {}, sources or {})
    job.plan = task.plan(job)
    job.results = [task.run(job, part) for part in job.plan.parts]
    job.result = task.join(job, job.results)
    return job


def _admit(spec: TaskSpec, folder: Path, given: Path | bytes | None) -> Path | None:
    """Return the input as a file, once its type and its size are those that the task takes."""
    content = given.read_bytes() if isinstance(given, Path) else given
    check_input(World().system, spec, TENANT, content)
    if content is None or isinstance(given, Path):
        return given if isinstance(given, Path) else None
    (folder / "input").write_bytes(content)
    return folder / "input"
