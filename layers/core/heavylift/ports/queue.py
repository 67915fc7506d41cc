"""The port of the queues, and the message: ids only, versioned. A message may be delivered more than once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

VERSION = 1


class Undecodable(Exception):
    """The body is not a Heavylift message. It goes to quarantine and is never dropped."""


class OrphanMessage(Exception):
    """The message names a job that is not in the table."""


@dataclass(frozen=True)
class Message:
    job_id: str
    part: str | None = None
    """The id of a part of the job; None for the job itself."""

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
            raise Undecodable(f"not a Heavylift message: {type(error).__name__}") from error
        if not isinstance(job_id, str) or not isinstance(part, str | None):
            raise Undecodable("job and part are strings")
        return cls(job_id, part)


@dataclass(frozen=True)
class Done:
    """Nothing is left to do: delete the message."""

    outcome: StrEnum
    """What was done with the message; also the name of a metric."""
    counts: Mapping[str, int] = field(default_factory=dict, compare=False)
    """Additional counts, by metric."""


@dataclass(frozen=True)
class Retry:
    """Leave the message in its queue and handle it again after `seconds`."""

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
        """Send a message. `delay_s` is at most 900. SQS shares a queue fairly between groups (tenants)."""

    def send_many(self, queue: str, messages: Sequence[Message], *, group: str | None = None) -> None:
        """Send any number of messages. Raises Throttled if the queue refused any of them."""

    def postpone(self, queue: str, receipt: str, seconds: float) -> None:
        """Hide a received message for `seconds`, at most until 12 hours after its receipt."""

    def get_depth(self, queue: str) -> Depth: ...
