"""What a task is, and what it is given to work with.

Every task has the same three steps, so that a fanned-out job and a small one take one path:

    plan(job) → Plan(parts, total)     admission and split; a single part is never fanned out
    run(job, part) → result            the work of one part
    join(job, results) → result        the job's result from its parts' results, in their order
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from heavylift.tasks.sources import SourceJob
from heavylift.tasks.spec import Params, TaskSpec

P = TypeVar("P", bound=Params)
P_co = TypeVar("P_co", bound=Params, covariant=True)

PartSpec = dict[str, Any]
"""What one part is to do, as JSON: `{"pages": [1, 2, 3]}`. A few hundred bytes at most."""
Result = dict[str, Any]
"""What came out, as JSON; a few kilobytes at most: anything longer is an output."""


@dataclass(frozen=True)
class Plan:
    parts: tuple[PartSpec, ...]
    total: int
    """Units of progress over all parts (pages, rows, stages)."""


class JobContext(Protocol[P_co]):
    """One attempt's view of its job. Every method may raise Interrupted: let it through."""

    @property
    def job_id(self) -> str: ...
    @property
    def attempt(self) -> int:
        """The number of this attempt at this part of the work, from 1."""

    @property
    def params(self) -> P_co:
        """The task's own params model, validated."""

    @property
    def has_input(self) -> bool:
        """Whether the job has an input, where the spec leaves that to the client."""

    @property
    def input(self) -> Path:
        """The input as a local file; read-only, and fetched at the first call."""

    def reference(self, param: str) -> Path:
        """Return the output that a param of the spec's `job_params` refers to, as a local file; read-only."""

    def sources(self, param: str) -> list[SourceJob]:
        """Return the jobs that a param of the spec's `source_params` lists, with their outputs."""

    @property
    def directory(self) -> Path:
        """An empty scratch folder, removed after the attempt."""

    def advance(self, units: int = 1, text: str | None = None) -> None:
        """Count units of progress, and notice a cancel or a lost lease. Call it often; 0 counts none.

        `text` is shown beside the progress, as in "page 3 of 17". It is cut to 200 characters.
        """

    def look(self) -> None:
        """Notice a cancel or a lost lease, and write nothing. Call it often, if `advance` is not for you.

        The record is read now and then. Raises Canceled or LeaseLost if the work is not wanted any more.
        """

    def log(self, text: str) -> None:
        """Add a line to the job's log, which its owner reads: at most 500 characters, and no secret.

        The job keeps the last 50 lines, with the number of the attempt; a part keeps 10. A line is stored
        with the next progress, or at the end of the attempt.
        """

    def publish(self, name: str, source: Path, media_type: str) -> None:
        """Make a file an output of the job under `name`; the same name replaces."""

    def publish_stream(self, name: str, pieces: Iterable[bytes], media_type: str) -> int:
        """Make what `pieces` yields an output of the job, without a file. Return its size."""

    def fetch(self, name: str) -> Path:
        """Return an output of this job as a file in `directory`: of this attempt, or of a part that is done.

        A join reads what its parts made in this way, since results are small.
        """

    def remaining(self) -> float:
        """Return the seconds of this invocation that are left for the work."""


class Task(Protocol):
    """What the engine runs."""

    @property
    def spec(self) -> TaskSpec: ...
    def plan(self, job: JobContext[Any], /) -> Plan: ...
    def run(self, job: JobContext[Any], part: PartSpec, /) -> Result: ...
    def join(self, job: JobContext[Any], results: list[Result], /) -> Result: ...


class SplitTask(Generic[P]):
    """The base of a task that may split: implement `plan`, `run` and `join`, and decorate it with @task."""

    spec: ClassVar[TaskSpec]


class WholeTask(SplitTask[P]):
    """The base of a task that is never split: implement `run` alone."""

    def plan(self, _job: JobContext[P], /) -> Plan:
        return Plan(parts=({},), total=1)

    def join(self, _job: JobContext[P], results: list[Result], /) -> Result:
        return results[0]


@dataclass(frozen=True)
class FunctionTask(Generic[P]):
    """A task that is one function. One unit of progress, unless the function counts its own."""

    spec: TaskSpec
    function: Callable[[JobContext[P]], Result]

    def plan(self, _job: JobContext[P], /) -> Plan:
        return Plan(parts=({},), total=1)

    def run(self, job: JobContext[P], _part: PartSpec, /) -> Result:
        return self.function(job)

    def join(self, _job: JobContext[P], results: list[Result], /) -> Result:
        return results[0]

    def __call__(self, job: JobContext[P]) -> Result:
        return self.function(job)


def parse_params(spec: TaskSpec, params: dict[str, Any]) -> Params:
    """Return stored params as the task's model. They were validated before they were stored."""
    return spec.params.model_validate(params)
