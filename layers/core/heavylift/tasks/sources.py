"""Jobs whose outputs a task takes, all of them. It reads each by pieces: they may be large."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class SourceOutput:
    """An output of a source."""

    name: str
    download_name: str
    """The name under which people save it."""
    media_type: str
    read: Callable[[], Iterator[bytes]]
    """Returns the content, by pieces of a few megabytes."""
    bytes: int


@dataclass(frozen=True)
class SourceItem:
    """The place of a source in the batch that a param names."""

    number: int | None
    """The item's number, or its line in the manifest, from 1; None if there is no job or it has expired."""
    name: str | None
    status: str
    """`DONE`, or else why the item has no outputs: `FAILED`, `CANCELED`, `deleted`, `skipped`, …"""
    why: str = ""


@dataclass(frozen=True)
class SourceJob:
    """A DONE job, and its outputs in order; or an item of a batch, which may have none."""

    id: str
    label: str | None
    """What its outputs are named by: the name of its file, or else its own."""
    ended_at: float
    """Seconds since 1970, UTC."""
    outputs: tuple[SourceOutput, ...]
    item: SourceItem | None = None
    """None of a job that the param names itself."""
