"""When an entry of EventBridge Scheduler fires."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim

UNITS = {"minute": 60, "hour": 3600, "day": 86_400}
RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
CRON = re.compile(r"cron\((\S+) (\S+) ([\d,*?]+) (\S+) ([\d,*?]+) \*\)")
"""Minute, hour, day, month, weekday, and any year: the part of the language that is understood."""


def parse_rate(expression: str) -> int:
    """Return the seconds of a rate: `rate(5 minutes)` → 300. Raises KeyError for any other expression."""
    found = RATE.fullmatch(expression)
    if not found:
        raise KeyError(expression)
    return int(found[1]) * UNITS[found[2]]


def find_due(entry: dict[str, Any], after: datetime, until: datetime) -> list[datetime]:
    """Return the times later than `after`, and not later than `until`, at which the entry fires, in UTC.

    `entry`: an answer of GetSchedule. Raises KeyError for an expression that is not understood.
    """
    expression = entry["ScheduleExpression"]
    if found := CRON.fullmatch(expression):
        zone = ZoneInfo(entry["ScheduleExpressionTimezone"])
        times = CronSim(_to_plain(*found.groups()), after.astimezone(zone))
        return [at.astimezone(UTC) for at in takewhile(lambda at: at <= until, times)]
    step = timedelta(seconds=parse_rate(expression))
    first: datetime = entry.get("StartDate") or entry["CreationDate"]
    number = max(0, (after - first) // step + 1)
    found_times = []
    while first + number * step <= until:
        found_times.append((first + number * step).astimezone(UTC))
        number += 1
    return found_times


def _to_plain(minutes: str, hours: str, days: str, months: str, weekdays: str) -> str:
    """Return the fields as cron has them: any day is `*`, and Sunday is 0. The scheduler's Sunday is 1."""
    plain = ",".join(str(int(day) - 1) for day in weekdays.split(",")) if weekdays not in "*?" else "*"
    return f"{minutes} {hours} {'*' if days == '?' else days} {months} {plain}"
