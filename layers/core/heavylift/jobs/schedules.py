"""A schedule: a job that is submitted again and again. Its record, and each change of it. Pure.

The record is made before the scheduler's entry and removed after it. Between the two it is in a partition of
the open index, where the janitor finds what was cut off. A pause is in the record only: the entry fires on,
and nothing is submitted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from heavylift.jobs.afterwards import OPEN_INDEX_ATTRIBUTES
from heavylift.ports.lanes import Lane
from heavylift.ports.scheduler import Entry
from heavylift.ports.table import AnyOf, Change, Condition, Is, Item, Key

MAX_SCHEDULES = 100
"""How many schedules a tenant may have."""
CUT_OFF_S = 60.0
"""When the janitor goes on with what was cut off."""
KEPT_S = 3600.0
"""How long the record of a deleted schedule is kept."""
RATE = re.compile(r"([1-9][0-9]{0,4}) (minute|hour|day)s?")
UNITS = {"minute": 60, "hour": 3600, "day": 86_400}
PREFIX = "SCHEDULE#"


def partition_of(tenant: str) -> str:
    return schedule_key(tenant, "").pk


def schedule_key(tenant: str, name: str) -> Key:
    return Key(f"SCHEDULES#{tenant}", PREFIX + name)


def count_key(tenant: str) -> Key:
    return Key(partition_of(tenant), "COUNT")


def unfinished_partition(shard: int) -> str:
    return f"SCHEDULE#{shard}"


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Times are seconds since 1970, UTC."""

    tenant: str
    name: str
    id: str
    """Another one for each schedule that had this name: what an old entry still fires is ignored."""
    cron: str | None = None
    rate: str | None = None
    timezone: str
    expression: str
    """`cron` or `rate` as the scheduler has it."""
    task: str
    params: dict[str, Any]
    input: dict[str, Any] | None = None
    """`{"key", "name"}` of the copy that the schedule has of its input."""
    lane: str = Lane.STANDARD
    callback_url: str | None = None
    overlap: str = "skip"
    """`skip`: no run while the job of the last one is open. `queue`: each time a run."""
    created_at: float
    paused_at: float | None = None
    fired_at: float | None = None
    """The time of the newest run."""
    last_job: str | None = None
    skipped_at: float | None = None
    refused: dict[str, Any] | None = None
    """`{"at", "type", "title", "detail"}`: why the newest run that was refused was so."""
    deleted_at: float | None = None

    @property
    def key(self) -> Key:
        return schedule_key(self.tenant, self.name)

    @classmethod
    def of(cls, item: Item) -> Self:
        return cls(**{each.name: item[each.name] for each in fields(cls) if each.name in item})

    def entry(self, now: float) -> Entry:
        """Return the entry. One of a rate begins at the rate's next time."""
        starts_at = next_of_rate(self.rate, self.created_at, now) if self.rate else None
        payload = {"tenant": self.tenant, "name": self.name, "id": self.id}
        return Entry(self.id, self.expression, self.timezone, starts_at, payload)


def seconds_of(rate: str) -> int | None:
    """Return the seconds of a rate such as `6 hours`; None if it is not one."""
    found = RATE.fullmatch(rate)
    return int(found[1]) * UNITS[found[2]] if found else None


def next_of_rate(rate: str, created_at: float, after: float) -> float:
    """Return the first time of a rate that is later than `after`."""
    step = seconds_of(rate) or UNITS["day"]
    return created_at + step * (max(0, int((after - created_at) // step)) + 1)


def create(schedule: Schedule, *, now: float) -> tuple[Change, Change]:
    """Return the writes that make the record and count it. The first fails if the name is taken."""
    item = {name: value for name, value in asdict(schedule).items() if value is not None}
    free = AnyOf((Is("id", "missing"), Is("deleted_at", "exists")))
    record = Change(
        schedule.key,
        when=(free, Is("open_pk", "missing")),
        set={**item, "open_pk": unfinished_partition(0), "check_at": now + CUT_OFF_S},
        remove=("expires_at", *(each.name for each in fields(Schedule) if each.name not in item)),
        upsert=True,
    )
    room = AnyOf((Is("schedules", "missing"), Is("schedules", "<", MAX_SCHEDULES)))
    return record, Change(count_key(schedule.tenant), when=(room,), add={"schedules": 1}, upsert=True)


def _require(schedule: Schedule, *more: Condition) -> tuple[Condition, ...]:
    return (Is("id", "=", schedule.id), *more)


def settle(schedule: Schedule, *, deleted: bool) -> Change:
    """Record that the entry is as the record says."""
    still = Is("deleted_at", "exists" if deleted else "missing")
    return Change(schedule.key, when=_require(schedule, still), remove=OPEN_INDEX_ATTRIBUTES)


def delete(schedule: Schedule, *, now: float) -> tuple[Change, Change]:
    """Return the writes that delete the record and count it. Its entry is deleted after them."""
    record = Change(
        schedule.key,
        when=_require(schedule, Is("deleted_at", "missing")),
        set={
            "deleted_at": now,
            "open_pk": unfinished_partition(0),
            "check_at": now + CUT_OFF_S,
            "expires_at": int(now + KEPT_S),
        },
    )
    return record, Change(count_key(schedule.tenant), add={"schedules": -1})


def pause(schedule: Schedule, *, paused_at: float | None) -> Change:
    """Pause the schedule, or resume it."""
    when = _require(schedule, Is("deleted_at", "missing"))
    if paused_at is None:
        return Change(schedule.key, when=when, remove=("paused_at",))
    return Change(schedule.key, when=when, default={"paused_at": paused_at})


def note_run(schedule: Schedule, *, at: float, facts: Mapping[str, Any]) -> Change:
    """Record what came of the time `at`, unless a later one is recorded."""
    newest = AnyOf((Is("fired_at", "missing"), Is("fired_at", "<=", at)))
    return Change(schedule.key, when=_require(schedule, newest), set={"fired_at": at, **facts})
