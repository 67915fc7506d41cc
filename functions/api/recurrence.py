"""When a schedule runs: cron expressions of five fields as people know them, and rates such as `6 hours`.

EventBridge Scheduler has fields of its own: six, with Sunday as 1. So an expression is parsed here, and
written anew from the values that it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from heavylift.errors import InvalidRequest
from heavylift.jobs.schedules import Schedule, next_of_rate, seconds_of

PLAIN = re.compile(r"[0-9A-Za-z*/,-]+( [0-9A-Za-z*/,-]+){4}")
NOT_PLAIN = re.compile(r"\b(L|W|LW|[0-9]+[LW])\b|#")
ALL = {"minutes": 60, "hours": 24, "days": 31, "months": 12, "weekdays": 7}
SHOWN = 3
"""How many of the next runs are shown."""


def read_timezone(name: str) -> ZoneInfo:
    """Return the time zone. Raises InvalidRequest for an unknown name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidRequest.at(
            "/timezone", f"There is no time zone {name!r}; use a name such as Europe/Berlin."
        ) from None


def to_expression(cron: str | None, rate: str | None, zone: ZoneInfo, now: float) -> str:
    """Return the recurrence as EventBridge Scheduler has it. Raises InvalidRequest if it never comes true."""
    if rate is not None:
        if seconds_of(rate) is None:
            raise InvalidRequest.at("/rate", "It must be a number and minutes, hours or days: `6 hours`.")
        return f"rate({rate if rate[0] != '1' or rate[1] != ' ' else rate.removesuffix('s')})"
    times = _parse(cron or "", zone, now)
    if next(times, None) is None:
        raise InvalidRequest.at("/cron", "The expression never comes true.")
    return _to_aws(times)


def _parse(cron: str, zone: ZoneInfo, now: float) -> CronSim:
    if not PLAIN.fullmatch(cron) or NOT_PLAIN.search(cron):
        raise InvalidRequest.at(
            "/cron", "It must have five fields: minute, hour, day, month and weekday, as in `30 2 * * *`."
        )
    try:
        return CronSim(cron, datetime.fromtimestamp(now, zone))
    except CronSimError as error:
        raise InvalidRequest.at("/cron", f"It is not valid, or never comes true: {error}.") from None


def _to_aws(times: CronSim) -> str:
    days = _write(times.days, "days")
    weekdays = {day % 7 + 1 for day in times.weekdays if isinstance(day, int)}
    if days != "*" and len(weekdays) < ALL["weekdays"]:
        raise InvalidRequest.at("/cron", "Name days of the month or of the week, but not both.")
    on_weekdays = "?" if len(weekdays) == ALL["weekdays"] else ",".join(map(str, sorted(weekdays)))
    fields = (
        _write(times.minutes, "minutes"),
        _write(times.hours, "hours"),
        days if on_weekdays == "?" else "?",
        _write(times.months, "months"),
        on_weekdays,
        "*",
    )
    return f"cron({' '.join(fields)})"


def _write(values: Collection[int], field: str) -> str:
    return "*" if len(values) == ALL[field] else ",".join(map(str, sorted(values)))


def find_next_runs(schedule: Schedule, now: float) -> list[datetime]:
    """Return the next times of the schedule, as far as they are shown; none while it is paused."""
    if schedule.paused_at is not None:
        return []
    return list_next_runs(schedule.cron, schedule.rate, schedule.timezone, began=schedule.created_at, now=now)


def list_next_runs(
    cron: str | None, rate: str | None, timezone: str, *, began: float, now: float
) -> list[datetime]:
    """Return the next times of a recurrence, as far as they are shown. A rate counts from `began`."""
    if rate is not None:
        first = datetime.fromtimestamp(next_of_rate(rate, began, now), UTC)
        step = timedelta(seconds=seconds_of(rate) or 0)
        return [first + number * step for number in range(SHOWN)]
    times = CronSim(cron or "", datetime.fromtimestamp(now, ZoneInfo(timezone)))
    return [each.astimezone(UTC) for each in islice(times, SHOWN)]
