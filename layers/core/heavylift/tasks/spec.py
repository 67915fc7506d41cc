"""A task's spec, which the API reads: its name, its params, its input and its limits.

A spec imports nothing heavy, so that the API can import all specs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

SNIFF_BYTES = 1024
"""How many first bytes of an input `sniff` gets."""


class Params(BaseModel):
    """The base of every task's params: refuses unknown names, and is frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def sniff_nothing(_head: bytes) -> str | None:
    """Recognise nothing: the default of tasks without an input."""
    return None


@dataclass(frozen=True)
class OutputNamed:
    """The target of a param that is a job's id: an output of a DONE job of a given task."""

    task: str
    output: str


@dataclass(frozen=True)
class TaskSpec:
    name: str
    title: str
    description: str
    queue: str
    """The worker that runs the task: a key of the QUEUES setting."""
    params: type[Params]
    input: Literal["required", "optional", "none"] = "required"
    accepts: tuple[str, ...] = ()
    """Media types of the input, the most common first."""
    sniff: Callable[[bytes], str | None] = sniff_nothing
    """Returns the media type for an input's first bytes, or None if the task does not accept the input."""
    job_params: Mapping[str, OutputNamed] = field(default_factory=lambda: MappingProxyType({}))
    """Params that are ids of the tenant's jobs. `JobContext.reference(param)` returns the output."""
    limits: Mapping[str, int | float] = field(default_factory=lambda: MappingProxyType({}))
    """Published unchanged, with the unit in the name: `max_pages`, `max_megapixels`."""
    max_attempts: int = 3
    deadline_s: int = 3600
    """Seconds from acceptance to the job's deadline."""
