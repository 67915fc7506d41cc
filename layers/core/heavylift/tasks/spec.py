"""What the API knows of a task: its name, its params, what it takes and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

from heavylift.tasks.sniff import SNIFF_BYTES, Sniff

__all__ = ["SNIFF_BYTES", "InputRule", "OutputNamed", "Params", "TaskSpec"]

InputRule = Literal["required", "optional", "none"]


class Params(BaseModel):
    """The base of every task's params: unknown names are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def sniff_nothing(_head: bytes) -> str | None:
    """Return None: for tasks without an input."""
    return None


@dataclass(frozen=True)
class OutputNamed:
    """What a param that is a job's id refers to: an output of a job of a certain task, once that is DONE."""

    task: str
    output: str


@dataclass(frozen=True)
class TaskSpec:
    name: str
    title: str
    description: str
    queue: str
    """The worker that runs the task, which is also the name of its queue."""
    params: type[Params]
    input: InputRule = "required"
    accepts: tuple[str, ...] = ()
    """Media types of the input, most usual first."""
    sniff: Sniff = sniff_nothing
    job_params: Mapping[str, OutputNamed] = field(default_factory=lambda: MappingProxyType({}))
    """Params that are ids of the caller's jobs; a task gets the outputs by `JobContext.reference(param)`."""
    source_params: tuple[str, ...] = ()
    """Params that list ids of the caller's jobs, or name one batch; a task gets all outputs by
    `JobContext.sources(param)`."""
    model_params: Mapping[str, OutputNamed] = field(default_factory=lambda: MappingProxyType({}))
    """Params that name a kept model, `name` or `name@version`; read like those of `job_params`."""
    keeps: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Params with a name under which an output of the job is kept as a model, and that output."""
    limits: Mapping[str, int | float] = field(default_factory=lambda: MappingProxyType({}))
    """Published as they are, units in the names: `max_pages`, `max_megapixels`."""
    max_attempts: int = 3
    deadline_s: int = 3600
    """Seconds from acceptance to the end, whatever happens."""
    rank: int = 100
    """Lists show tasks of a low rank first."""
