"""Reads and prints the log lines of the functions from the emulator's CloudWatch Logs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from infra.local.console import CommandError
from infra.local.instance import LocalInstance
from infra.local.resources import list_log_groups

POLL_S = 1.0


class Line(NamedTuple):
    milliseconds: int
    """Since 1970."""
    function: str
    text: str


def read_lines(instance: LocalInstance, *, function: str | None = None, since: int = 0) -> list[Line]:
    """Return every line from `since` on, oldest first; of one function or worker, if one is named."""
    groups = list_log_groups(instance)
    if function is not None:
        if function not in groups:
            raise CommandError(f"There is no function {function!r}. There are: {', '.join(sorted(groups))}")
        groups = {function: groups[function]}
    client = instance.aws.client("logs")
    return sorted(
        Line(event["timestamp"], name, event["message"].rstrip())
        for name, group in groups.items()
        for page in client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since)
        for event in page["events"]
    )


def follow_lines(instance: LocalInstance, *, function: str | None = None) -> Iterator[Line]:
    """Yield every line once, and then each new one. Never ends by itself."""
    seen: set[Line] = set()
    since = 0
    while True:
        lines = [line for line in read_lines(instance, function=function, since=since) if line not in seen]
        yield from lines
        seen.update(lines)
        since = max([since, *(line.milliseconds for line in lines)])
        seen = {line for line in seen if line.milliseconds >= since}
        time.sleep(POLL_S)


def print_logs(
    instance: LocalInstance, *, function: str | None = None, job: str | None = None, follow: bool = False
) -> None:
    """Print the lines; of one function, and of one job by its id, if they are named."""
    lines = follow_lines(instance, function=function) if follow else read_lines(instance, function=function)
    for line in lines:
        if job is None or job in line.text:
            at = datetime.fromtimestamp(line.milliseconds / 1000, UTC).strftime("%H:%M:%S")
            print(f"{at} {line.function:8} {line.text}", flush=follow)
