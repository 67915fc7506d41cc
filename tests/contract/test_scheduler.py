"""The Scheduler port: the contract of every implementation. What is kept is read from its own store."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from heavylift.adapters.aws.scheduler import EventBridgeScheduler
from heavylift.adapters.memory.scheduler import MemoryScheduler
from heavylift.ports.scheduler import TIME, Entry, Scheduler
from tests.contract.conftest import Clients

TARGET = "arn:aws:lambda:us-east-1:000000000000:function:schedule"
ROLE = "arn:aws:iam::000000000000:role/schedule"
FIRST_RUN = 1_900_000_000.0
"""In the future: EventBridge Scheduler takes no start that is long past."""
PAYLOAD = {"tenant": "me", "name": "näächtlich", "id": "one"}
NIGHTLY = Entry("one", "cron(30 2 * * ? *)", "Europe/Berlin", None, PAYLOAD)
HOURLY = Entry("two", "rate(6 hours)", "UTC", FIRST_RUN, {**PAYLOAD, "id": "two"})


@dataclass(frozen=True)
class Case:
    scheduler: Scheduler
    find: Callable[[str], Entry | None]
    """Returns what is kept under a name."""


@pytest.fixture
def case(backend: Clients | None) -> Case:
    if backend is None:
        memory = MemoryScheduler()
        return Case(memory, memory.entries.get)
    client = backend("scheduler")
    return in_group(client, make_group(client))


def make_group(client: Any) -> str:
    name = f"group-{uuid4().hex[:8]}"
    client.create_schedule_group(Name=name)
    return name


def in_group(client: Any, group: str) -> Case:
    def find(name: str) -> Entry | None:
        try:
            kept = client.get_schedule(GroupName=group, Name=name)
        except client.exceptions.ResourceNotFoundException:
            return None
        assert (kept["Target"]["Arn"], kept["Target"]["RoleArn"]) == (TARGET, ROLE)
        assert (kept["State"], kept["FlexibleTimeWindow"]["Mode"]) == ("ENABLED", "OFF")
        payload = json.loads(kept["Target"]["Input"])
        assert payload.pop("time") == TIME
        starts_at: datetime | None = kept.get("StartDate")
        return Entry(
            name,
            kept["ScheduleExpression"],
            kept["ScheduleExpressionTimezone"],
            starts_at.timestamp() if starts_at else None,
            payload,
        )

    return Case(EventBridgeScheduler(client, group, TARGET, ROLE), find)


@pytest.mark.parametrize("entry", [NIGHTLY, HOURLY], ids=["cron", "rate"])
def test_an_entry_is_kept_as_it_was_given(case: Case, entry: Entry) -> None:
    assert case.find(entry.name) is None
    case.scheduler.create(entry)
    assert case.find(entry.name) == entry


def test_an_entry_that_is_there_is_left_as_it_is(case: Case) -> None:
    case.scheduler.create(NIGHTLY)
    case.scheduler.create(replace(NIGHTLY, expression="rate(1 day)", timezone="UTC"))
    assert case.find(NIGHTLY.name) == NIGHTLY


def test_a_deletion_is_of_one_entry_and_may_be_repeated(case: Case) -> None:
    for entry in (NIGHTLY, HOURLY):
        case.scheduler.create(entry)
    for _ in range(2):
        case.scheduler.delete(NIGHTLY.name)
        assert case.find(NIGHTLY.name) is None
        assert case.find(HOURLY.name) == HOURLY


def test_what_never_was_can_be_deleted(case: Case) -> None:
    case.scheduler.delete("unknown")
    assert case.find("unknown") is None


def test_a_name_can_be_used_again_after_its_deletion(case: Case) -> None:
    case.scheduler.create(NIGHTLY)
    case.scheduler.delete(NIGHTLY.name)
    again = replace(NIGHTLY, expression="cron(0 4 * * ? *)")
    case.scheduler.create(again)
    assert case.find(NIGHTLY.name) == again


def test_two_stacks_have_each_their_own_entries(backend: Clients | None) -> None:
    if backend is None:
        first, second = MemoryScheduler(), MemoryScheduler()
        cases = [Case(each, each.entries.get) for each in (first, second)]
    else:
        client = backend("scheduler")
        cases = [in_group(client, make_group(client)) for _ in range(2)]
    mine, other = cases
    for each in cases:
        each.scheduler.create(NIGHTLY)
    mine.scheduler.delete(NIGHTLY.name)
    assert mine.find(NIGHTLY.name) is None
    assert other.find(NIGHTLY.name) == NIGHTLY
