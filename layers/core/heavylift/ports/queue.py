"""The queue message: ids only, frozen and versioned. Any number of copies may exist."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

VERSION = 1


class Undecodable(Exception):
    """A body that is no message of ours. It is kept aside, never dropped."""


class OrphanMessage(Exception):
    """The message names a job that is not in the table."""


@dataclass(frozen=True)
class Message:
    job_id: str
    part: str | None = None
    """A part's id below the job, or None for the job itself."""

    def encode(self) -> str:
        return json.dumps({"v": VERSION, "job": self.job_id, "part": self.part}, separators=(",", ":"))

    @classmethod
    def decode(cls, body: str) -> Message:
        try:
            raw = json.loads(body)
            if raw["v"] != VERSION:
                raise Undecodable(f"version {raw['v']!r} is not {VERSION}")
            job_id, part = raw["job"], raw.get("part")
        except (ValueError, TypeError, KeyError) as error:
            raise Undecodable(f"not a message of ours: {type(error).__name__}") from error
        if not isinstance(job_id, str) or not isinstance(part, str | None):
            raise Undecodable("job and part are strings")
        return cls(job_id, part)


@dataclass(frozen=True)
class Done:
    """Nothing is left to do for a message: it is deleted."""

    outcome: StrEnum
    """What became of the message; counted as a metric under this name."""
    counts: Mapping[str, int] = field(default_factory=dict, compare=False)
    """What else is counted, by metric."""


@dataclass(frozen=True)
class Retry:
    """A message stays in its queue and is handled again after `seconds`."""

    outcome: StrEnum
    seconds: float
    counts: Mapping[str, int] = field(default_factory=dict, compare=False)


Disposition = Done | Retry


@dataclass(frozen=True)
class Depth:
    """A queue's approximate numbers of messages."""

    visible: int
    in_flight: int
    delayed: int


class JobQueue(Protocol):
    def send(self, queue: str, message: Message, *, delay_s: float = 0, group: str | None = None) -> None:
        """`delay_s` at most 900; `group` (a tenant) keeps one sender from starving the others."""

    def send_many(self, queue: str, messages: Sequence[Message], *, group: str | None = None) -> None:
        """Any number; Throttled if some of them were not taken (others may have been)."""

    def postpone(self, queue: str, receipt: str, seconds: float) -> None:
        """Hide a received message for so long, at most 12 hours from its receipt."""

    def depth(self, queue: str) -> Depth: ...
