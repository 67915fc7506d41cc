"""Reads and prints the log lines of the functions from the emulator's CloudWatch Logs."""

from __future__ import annotations

from datetime import UTC, datetime

from infra.local.deploy import read_outputs
from infra.local.instance import LocalInstance


def read_lines(instance: LocalInstance) -> list[tuple[int, str, str]]:
    """Return every line as (milliseconds since 1970, function, text), oldest first."""
    client = instance.aws.client("logs")
    groups = {name: group for name, group in read_outputs(instance).items() if name.endswith("LogGroup")}
    lines = [
        (event["timestamp"], name.removesuffix("LogGroup").lower(), event["message"].rstrip())
        for name, group in groups.items()
        for page in client.get_paginator("filter_log_events").paginate(logGroupName=group)
        for event in page["events"]
    ]
    return sorted(lines, key=lambda line: line[0])


def print_logs(instance: LocalInstance) -> None:
    for milliseconds, function, text in read_lines(instance):
        time = datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%H:%M:%S")
        print(f"{time} {function:6} {text}")
