"""The routes of schedules, and how a recurrence is read and written."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from api.recurrence import read_timezone, to_expression
from heavylift.errors import InvalidRequest
from tests.support.in_process_api import ApiWorld
from tests.support.world import CITE

NOW = datetime(2026, 11, 28, 20, tzinfo=ZoneInfo("UTC")).timestamp()


@pytest.mark.parametrize(
    ("cron", "written"),
    [
        ("30 2 * * *", "cron(30 2 * * ? *)"),
        ("*/15 * * * *", "cron(0,15,30,45 * * * ? *)"),
        ("0 9 * * 1-5", "cron(0 9 ? * 2,3,4,5,6 *)"),
        ("0 9 * * MON", "cron(0 9 ? * 2 *)"),
        ("0 9 * * 0", "cron(0 9 ? * 1 *)"),
        ("0 9 * * 7", "cron(0 9 ? * 1 *)"),
        ("0 0 1 1,7 *", "cron(0 0 1 1,7 ? *)"),
    ],
)
def test_a_cron_expression_is_written_as_the_scheduler_has_it(cron: str, written: str) -> None:
    assert to_expression(cron, None, ZoneInfo("UTC"), NOW) == written


@pytest.mark.parametrize(
    ("rate", "written"),
    [("1 day", "rate(1 day)"), ("1 minutes", "rate(1 minute)"), ("12 hours", "rate(12 hours)")],
)
def test_a_rate_is_written_as_the_scheduler_has_it(rate: str, written: str) -> None:
    assert to_expression(None, rate, ZoneInfo("UTC"), NOW) == written


@pytest.mark.parametrize(
    "cron",
    [
        "0 0 30 2 *",
        "61 * * * *",
        "* * * *",
        "@daily",
        "0 0 L * *",
        "0 0 1 * 1",
        "0 0 * * 5#2",
        "",
        "0 0 31 4 *",
    ],
)
def test_what_never_runs_is_refused(cron: str) -> None:
    with pytest.raises(InvalidRequest):
        to_expression(cron, None, ZoneInfo("UTC"), NOW)


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "", "Europe"])
def test_an_unknown_time_zone_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest):
        read_timezone(name)


@pytest.mark.parametrize(
    "wanted", [{"cron": "30 2 * * *", "timezone": "Europe/Berlin"}, {"rate": "1 minute"}]
)
def test_the_next_runs_are_those_of_the_schedule_that_is_made_then(wanted: dict[str, str]) -> None:
    world = ApiWorld(require_api_key=False)
    client = world.api.client()
    shown = client.post("/v1/next-runs", json=wanted)
    assert shown.status_code == 200, shown.text
    assert client.get("/v1/schedules").json() == {"items": []}
    made = client.post("/v1/schedules", json={**wanted, "name": "nightly", "task": CITE.name}).json()
    assert shown.json() == {"next_runs": made["next_runs"]}


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"cron": "0 0 30 2 *"}, "/cron"),
        ({"cron": "30 2 * * *", "timezone": "Mars"}, "/timezone"),
        ({"rate": "often"}, "/rate"),
        ({}, ""),
        ({"cron": "30 2 * * *", "rate": "1 day"}, ""),
    ],
)
def test_what_no_schedule_could_have_has_no_next_runs(wanted: dict[str, str], pointer: str) -> None:
    answer = ApiWorld(require_api_key=False).api.client().post("/v1/next-runs", json=wanted)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_schedule_is_made_seen_paused_and_deleted() -> None:
    world = ApiWorld(require_api_key=False)
    client = world.api.client()
    wanted = {"name": "nightly", "cron": "30 2 * * *", "timezone": "Europe/Berlin", "task": CITE.name}
    made = client.post("/v1/schedules", json=wanted)
    assert made.status_code == 201
    assert len(made.json()["next_runs"]) == 3
    assert made.json()["next_runs"][0].endswith(("T00:30:00Z", "T01:30:00Z"))
    [entry] = world.api.scheduler.entries.values()
    assert (entry.expression, entry.timezone) == ("cron(30 2 * * ? *)", "Europe/Berlin")
    paused = client.post("/v1/schedules/nightly/pause").json()
    assert (paused["next_runs"], paused["paused_since"] is None) == ([], False)
    assert client.post("/v1/schedules/nightly/resume").json()["paused_since"] is None
    assert client.delete("/v1/schedules/nightly").status_code == 204
    assert client.get("/v1/schedules").json() == {"items": []}
    assert world.api.scheduler.entries == {}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"rate": "1 day"}, 422),
        ({"cron": None}, 422),
        ({"cron": "0 0 30 2 *"}, 422),
        ({"timezone": "Mars"}, 422),
        ({"task": "nothing"}, 404),
        ({"name": "a b"}, 422),
        ({"overlap": "often"}, 422),
        ({"lane": "fast"}, 422),
    ],
)
def test_a_bad_schedule_leaves_nothing_behind(changes: dict[str, str], status: int) -> None:
    world = ApiWorld(require_api_key=False)
    client = world.api.client()
    wanted = {"name": "nightly", "cron": "30 2 * * *", "task": CITE.name, **changes}
    assert client.post("/v1/schedules", json=wanted).status_code == status
    assert client.get("/v1/schedules").json() == {"items": []}
