"""What a task is, and what it is given to work with.

Every task has the same three steps, so that a fanned-out job and a small one take one path:

    plan(work) → Plan(parts, total)     admission and split; a single part is never fanned out
    run(work, part) → result            the work of one part
    join(work, results) → result        the job's result from its parts' results, in their order
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from heavylift.tasks.spec import Params, TaskSpec

PartSpec = dict[str, Any]
"""What one part is to do, as JSON: `{"pages": [1, 2, 3]}`. A few hundred bytes at most."""
Result = dict[str, Any]
"""What came out, as JSON; a few kilobytes at most: anything longer is an output."""


@dataclass(frozen=True)
class Plan:
    parts: tuple[PartSpec, ...]
    total: int
    """Units of progress over all parts (pages, rows, stages)."""


class JobContext(Protocol):
    """One attempt's view of its job. Every method may raise Interrupted: let it through."""

    @property
    def job_id(self) -> str: ...
    @property
    def attempt(self) -> int:
        """Which attempt at this part of the work it is, from 1."""

    @property
    def params(self) -> Any:
        """The task's own params model, validated."""

    @property
    def has_input(self) -> bool:
        """Whether there is one, where the spec leaves that to the client."""

    @property
    def input(self) -> Path:
        """The input as a local file; read-only, and fetched at the first call."""

    def reference(self, param: str) -> Path:
        """The output that a param of the spec's `job_params` refers to, as a local file; read-only."""

    @property
    def directory(self) -> Path:
        """An empty scratch folder, removed after the attempt."""

    def advance(self, units: int = 1) -> None:
        """Count progress; also where a cancel or a lost lease is noticed. Call it often."""

    def publish(self, name: str, source: Path, media_type: str) -> None:
        """Make a file an output of the job under `name`; the same name replaces."""

    def fetch(self, name: str) -> Path:
        """An output of this job, of this attempt or of a part that is done, as a file in `directory`.

        How a join reads what its parts made, since results are small.
        """

    def remaining(self) -> float:
        """Seconds of this invocation left for the work."""


class Task(Protocol):
    @property
    def spec(self) -> TaskSpec: ...
    def plan(self, work: JobContext, /) -> Plan: ...
    def run(self, work: JobContext, part: PartSpec, /) -> Result: ...
    def join(self, work: JobContext, results: list[Result], /) -> Result: ...


class WholeTask:
    """The base of a task that is never split: implement `run` alone."""

    def plan(self, _work: JobContext, /) -> Plan:
        return Plan(parts=({},), total=1)

    def join(self, _work: JobContext, results: list[Result], /) -> Result:
        return results[0]


def parse_params(spec: TaskSpec, params: dict[str, Any]) -> Params:
    """Stored params → the task's model. They were validated before they were stored."""
    return spec.params.model_validate(params)
