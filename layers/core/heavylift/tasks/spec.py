"""What the API knows of a task: its name, its params, what it takes and its limits.

A spec is light: it imports nothing that does the work, so that the API can read all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

SNIFF_BYTES = 1024
"""How much of an input's beginning a spec's `sniff` is given."""


class Params(BaseModel):
    """The base of every task's params: unknown names are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def unsniffed(_head: bytes) -> str | None:
    """For tasks without an input: nothing is recognised."""
    return None


@dataclass(frozen=True)
class OutputNamed:
    """What a param that is a job's id refers to: an output of a DONE job of a certain task."""

    task: str
    output: str


@dataclass(frozen=True)
class TaskSpec:
    name: str
    title: str
    description: str
    queue: str
    """The worker that runs it, which is also the name of its queue."""
    params: type[Params]
    input: Literal["required", "optional", "none"] = "required"
    accepts: tuple[str, ...] = ()
    """Media types of the input, most usual first."""
    sniff: Callable[[bytes], str | None] = unsniffed
    """First bytes of an input → its media type, or None if it is nothing this task takes."""
    job_params: Mapping[str, OutputNamed] = field(default_factory=lambda: MappingProxyType({}))
    """Params that are ids of the caller's jobs; a worker has the outputs by `Work.reference(param)`."""
    limits: Mapping[str, int | float] = field(default_factory=lambda: MappingProxyType({}))
    """Published as they are, units in the names: `max_pages`, `max_megapixels`."""
    max_attempts: int = 3
    deadline_s: int = 3600
    """Seconds from acceptance to the end, whatever happens."""
