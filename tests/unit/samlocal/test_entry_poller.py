"""Entries that moto keeps fire at their times: once each, with the time in the event."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from cronsim import CronSim
from moto import mock_aws

from api.recurrence import to_expression
from heavylift.adapters.aws.scheduler import EventBridgeScheduler
from heavylift.ports.scheduler import Entry
from infra.samlocal import entry_poller
from infra.samlocal.entry_poller import EntryPoller
from infra.samlocal.event_sources import EntrySource
from infra.samlocal.recurrence import find_due
from infra.samlocal.sqs_poller import InvocationFailed

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:ScheduleFunction"


class Group:
    """A group in moto, its poller, and what the poller has called. The time is what a test sets."""

    def __init__(self, client: Any) -> None:
        client.create_schedule_group(Name="g")
        self.client, self.failures = client, 0
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.scheduler = EventBridgeScheduler(client, "g", FUNCTION, "arn:aws:iam::000000000000:role/r")
        self.now = self.began = datetime.now(UTC) + timedelta(hours=1)
        self.poller = EntryPoller(EntrySource("g"), client, self.invoke, threading.Event(), lambda: self.now)

    def invoke(self, function: str, event: dict[str, Any]) -> None:
        self.calls.append((function, event))
        if self.failures:
            self.failures -= 1
            raise InvocationFailed("no container")

    def add(self, expression: str = "rate(6 hours)", starts_in_s: float | None = 60) -> None:
        starts_at = None if starts_in_s is None else self.began.timestamp() + starts_in_s
        self.scheduler.create(Entry("n", expression, "UTC", starts_at, {"tenant": "t"}))

    def step_at(self, seconds: float) -> list[str]:
        """Return the times in the calls of a step at this time."""
        self.now = self.began + timedelta(seconds=seconds)
        before = len(self.calls)
        self.poller.step()
        return [event["time"] for _, event in self.calls[before:]]


@pytest.fixture(name="group")
def make_group(monkeypatch: pytest.MonkeyPatch) -> Iterator[Group]:
    monkeypatch.setattr(entry_poller, "PAUSE_S", 0)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        yield Group(boto3.client("scheduler", region_name="us-east-1"))


def test_an_entry_fires_once_at_each_of_its_times(group: Group) -> None:
    group.add("rate(1 minute)", starts_in_s=60)
    times = [f"{group.began + timedelta(minutes=n):%Y-%m-%dT%H:%M:%SZ}" for n in (1, 2, 3)]
    assert group.step_at(59) == []
    assert group.step_at(60.5) == times[:1]
    assert group.step_at(61) == []
    assert group.step_at(181) == times[1:]  # it was busy meanwhile
    assert group.calls[0] == ("ScheduleFunction", {"tenant": "t", "time": times[0]})


def test_what_came_due_before_the_session_is_not_made_up_for(group: Group) -> None:
    group.add("cron(* * * * ? *)", starts_in_s=None)
    assert len(group.step_at(60)) == 1


def test_a_disabled_entry_does_not_fire_and_a_deleted_one_neither(group: Group) -> None:
    group.add()
    entry = group.client.get_schedule(GroupName="g", Name="n")
    kept = {name: entry[name] for name in ("ScheduleExpression", "FlexibleTimeWindow", "Target", "StartDate")}
    group.client.update_schedule(GroupName="g", Name="n", State="DISABLED", **kept)
    assert group.step_at(61) == []
    group.client.update_schedule(GroupName="g", Name="n", State="ENABLED", **kept)
    group.scheduler.delete("n")
    assert group.step_at(60 + 6 * 3600) == []


@pytest.mark.parametrize(("failures", "calls"), [(0, 1), (2, 3), (9, 3)])
def test_a_function_that_fails_is_called_twice_more(group: Group, failures: int, calls: int) -> None:
    group.add()
    group.failures = failures
    assert len(group.step_at(61)) == calls
    assert group.step_at(62) == []


@pytest.mark.parametrize(
    "cron", ["30 2 * * *", "0 12 * * sun", "*/7 8-17 * * 1-5", "0 0 29 2 *", "5 0 1,15 jan,7 *", "* * * * *"]
)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata"])
def test_an_entry_fires_at_the_times_of_the_cron_it_was_made_from(cron: str, zone: str) -> None:
    place = ZoneInfo(zone)
    after = datetime(2026, 10, 24, 22, 17, 8, tzinfo=UTC)  # the night before summer time ends in Berlin
    times = CronSim(cron, after.astimezone(place))
    wanted = [next(times).astimezone(UTC) for _ in range(6)]
    expression = to_expression(cron, None, place, after.timestamp())
    entry = {"ScheduleExpression": expression, "ScheduleExpressionTimezone": zone}
    assert find_due(entry, after, wanted[-1]) == wanted


def test_an_expression_that_is_not_understood_is_refused() -> None:
    now = datetime.now(UTC)
    entry = {"ScheduleExpression": "cron(0 0 L * ? *)", "ScheduleExpressionTimezone": "UTC"}
    with pytest.raises(KeyError):
        find_due(entry, now, now)
