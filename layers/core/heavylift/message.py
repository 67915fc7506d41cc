"""The queue message: ids only, frozen and versioned. Any number of copies may exist."""

from __future__ import annotations

import json
from dataclasses import dataclass

VERSION = 1


class Undecodable(Exception):
    """A body that is no message of ours. It is kept aside, never dropped."""


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
