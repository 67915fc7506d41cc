"""What a task is, and the context in which it runs.

Every task has the same three steps, whether its jobs fan out or not:

    plan(work) → Plan(parts, total)     checks the input and splits it; a single part is never fanned out
    run(work, part) → result            the work of one part
    join(work, results) → result        the job's result from the parts' results, in order
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from heavylift.tasks.spec import Params, TaskSpec

PartSpec = dict[str, Any]
"""What one part has to do, as JSON: `{"pages": [1, 2, 3]}`. A few hundred bytes at most."""
Result = dict[str, Any]
"""A result, as JSON. A few kilobytes at most: anything longer is an output."""


@dataclass(frozen=True)
class Plan:
    parts: tuple[PartSpec, ...]
    total: int
    """Units of progress over all parts (pages, rows, stages)."""


class JobContext(Protocol):
    """One attempt's view of its job. Every method may raise Interrupted: do not catch it."""

    @property
    def job_id(self) -> str: ...
    @property
    def attempt(self) -> int:
        """The number of the attempt at this job or part, from 1."""

    @property
    def params(self) -> Any:
        """The validated params: an instance of the spec's `params`."""

    @property
    def has_input(self) -> bool:
        """Whether the job has an input, for a spec with an optional one."""

    @property
    def input(self) -> Path:
        """The input as a local, read-only file; downloaded at the first use."""

    def reference(self, param: str) -> Path:
        """Return the output that a param of the spec's `job_params` refers to, as a local, read-only file."""

    @property
    def directory(self) -> Path:
        """A scratch folder, empty at first and removed after the attempt."""

    def advance(self, units: int = 1) -> None:
        """Count progress, and raise Interrupted after a cancellation or a lost lease. Call it often."""

    def publish(self, name: str, source: Path, media_type: str) -> None:
        """Store a file as the job's output `name`. Replaces an output of the same name."""

    def fetch(self, name: str) -> Path:
        """Return an output of this attempt or of a DONE part, as a file in `directory`.

        `join` uses it to read what the parts made.
        """

    def remaining(self) -> float:
        """Return the seconds left for the work in this invocation."""


class Task(Protocol):
    @property
    def spec(self) -> TaskSpec: ...
    def plan(self, work: JobContext, /) -> Plan: ...
    def run(self, work: JobContext, part: PartSpec, /) -> Result: ...
    def join(self, work: JobContext, results: list[Result], /) -> Result: ...


class WholeTask:
    """The base of a task that is never split: implement only `run`."""

    def plan(self, _work: JobContext, /) -> Plan:
        return Plan(parts=({},), total=1)

    def join(self, _work: JobContext, results: list[Result], /) -> Result:
        return results[0]


def parse_params(spec: TaskSpec, params: dict[str, Any]) -> Params:
    """Return stored params as the spec's model. `submit` has validated them."""
    return spec.params.model_validate(params)
