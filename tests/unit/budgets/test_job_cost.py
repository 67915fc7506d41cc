"""Budgets: what a job, a wait, a line and a minute of work may count at most, also with long params."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from tests.support.metered_jobs import LINE, count_client_wait, count_idle_sweep, count_job, count_line
from tests.unit.budgets.costs_page import LONG_PARAMS, MINUTE, PAGES, PAGES_S, count_minutes

LINE_MINUTES = 30


def check(counts: Counter[str], budget: dict[str, float]) -> None:
    """Assert that no count is above its budget, and that each is counted at all."""
    over = {name: counts[name] for name, most in budget.items() if counts[name] > most}
    assert not over, f"{over} of {budget}"
    assert all(counts[name] for name, most in budget.items() if most)


SMALL = {
    "items written": 4,  # the rate, accepted, claimed, finished
    "write units": 12,
    "read units": 5,
    "queue requests": 5,  # the limit, sent, received, hidden, deleted
    "messages": 1,
    "message bytes": 100,
    "PutObject": 3,  # input, output, manifest
    "GetObject": 1,
    "HeadObject": 1,
    "TransactWriteItems": 0,
}


@pytest.mark.parametrize(
    ("count", "budget"),
    [
        (count_job, SMALL),
        (lambda: count_job(params=LONG_PARAMS), SMALL | {"write units": 1000, "read units": 90}),
        (
            lambda: count_job(PAGES, PAGES_S),
            SMALL | {"items written": 6, "write units": 18, "read units": 8, "PutObject": PAGES + 2},
        ),
        (
            lambda: count_job(MINUTE, MINUTE),
            SMALL | {"items written": 34, "write units": 105, "read units": 40, "PutObject": MINUTE + 2},
        ),
        (
            lambda: count_job(MINUTE, MINUTE, LONG_PARAMS),
            SMALL | {"items written": 6, "write units": 1500, "read units": 1600, "PutObject": MINUTE + 2},
        ),
        (lambda: count_client_wait(20), {"items written": 2, "write units": 2, "read units": 30}),
        (lambda: count_idle_sweep()[0], {"read units": 27, "items written": 0, "queue requests": 0}),
    ],
    ids=["small", "long params", "17 pages", "a minute", "a minute, long params", "a wait", "a sweep"],
)
def test_a_job_stays_in_its_budget(count: Callable[[], Counter[str]], budget: dict[str, float]) -> None:
    check(count(), budget)


def test_progress_that_does_not_change_is_not_written() -> None:
    of_its_total, of_its_end = 1, 1
    assert (
        count_job(units=1, seconds=30)["items written"] <= SMALL["items written"] + of_its_total + of_its_end
    )


@pytest.mark.parametrize(("params", "units"), [(None, 1), (LONG_PARAMS, 110)])
def test_a_minute_in_line_costs_few_writes_and_no_message(params: dict[str, str] | None, units: int) -> None:
    counts = count_line(LINE_MINUTES, params)
    assert counts["messages"] == 0
    assert counts["write units"] / LINE / LINE_MINUTES <= units


def test_a_minute_costs_fewer_writes_than_before() -> None:
    assert all(short <= 100 and long <= 300 for short, long in count_minutes().values())
