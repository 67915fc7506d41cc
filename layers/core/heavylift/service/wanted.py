"""Which jobs of a tenant are wanted: by status, task, labels, a part of the name, and time of creation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heavylift.jobs.ids import first_id_at
from heavylift.jobs.job import gone_at_of
from heavylift.jobs.states import Status


@dataclass(frozen=True)
class Wanted:
    """Which jobs. None stands for any value."""

    status: Status | None = None
    task: str | None = None
    reference: str | None = None
    tag: str | None = None
    name: str | None = None
    """A part of the job's name or of its file's, in any case."""
    since: float | None = None
    """Created at this time or later, in seconds since 1970."""
    before: float | None = None
    """Created before this time."""
    among: frozenset[Status] = frozenset(Status)
    """The statuses of which one is wanted."""

    @property
    def first_id(self) -> str | None:
        return None if self.since is None else first_id_at(self.since)

    @property
    def last_id(self) -> str | None:
        return None if self.before is None else first_id_at(self.before)

    def holds_id(self, job_id: str) -> bool:
        """Return whether the job was created at a time that is wanted."""
        return (self.first_id is None or job_id >= self.first_id) and (
            self.last_id is None or job_id <= self.last_id
        )

    @property
    def reads_others(self) -> bool:
        """Whether an index page may hold jobs that do not fit."""
        some_statuses = self.status is not None or len(self.among) < len(Status)
        return some_statuses or any((self.task, self.name, self.reference and self.tag))

    @property
    def looks_at(self) -> tuple[str, ...]:
        """The attributes of a record that `fits` needs."""
        chosen = {
            "task": self.task,
            "reference": self.reference,
            "tags": self.tag,
            "name": self.name,
            "input": self.name,
        }
        needed = (name for name, value in chosen.items() if value is not None)
        return ("status", "expires_at", "expire_in", "ended_at", "deleted_at", *needed)

    def fits(self, record: Mapping[str, Any], now: float) -> bool:
        """Return whether a job is wanted, except for its time. One that is deleted or has expired is not."""
        return (
            record.get("deleted_at") is None
            and gone_at_of(record) > now
            and self.status in (None, record["status"])
            and record["status"] in self.among
            and self.task in (None, record.get("task"))
            and self.reference in (None, record.get("reference"))
            and (self.tag is None or self.tag in (record.get("tags") or ()))
            and (self.name is None or self._is_part_of_name(record))
        )

    def _is_part_of_name(self, record: Mapping[str, Any]) -> bool:
        part = (self.name or "").casefold()
        names = (record.get("name"), (record.get("input") or {}).get("name"))
        return any(part in name.casefold() for name in names if name)
