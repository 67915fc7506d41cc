"""What the functions wrote, from the emulator's log service."""

from __future__ import annotations

from datetime import UTC, datetime

from infra.local.deploy import outputs
from infra.local.instance import LocalInstance


def lines(place: LocalInstance) -> list[tuple[int, str, str]]:
    """Every line as (milliseconds since 1970, log group's output name, text), oldest first."""
    client = place.aws.client("logs")
    groups = {name: group for name, group in outputs(place).items() if name.endswith("LogGroup")}
    found = [
        (event["timestamp"], name.removesuffix("LogGroup").lower(), event["message"].rstrip())
        for name, group in groups.items()
        for page in client.get_paginator("filter_log_events").paginate(logGroupName=group)
        for event in page["events"]
    ]
    return sorted(found, key=lambda line: line[0])


def print_logs(place: LocalInstance) -> None:
    for milliseconds, function, text in lines(place):
        moment = datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%H:%M:%S")
        print(f"{moment} {function:6} {text}")
