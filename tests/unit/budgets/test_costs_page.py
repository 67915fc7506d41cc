"""docs/reference/costs.md has the figures that today's counts and the list prices give.

HEAVYLIFT_COSTS=write writes them there: `make costs`.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace

import pytest

from tests.unit.budgets.cost_model import Load, add_up_load
from tests.unit.budgets.costs_page import PAGE, TABLES, find_table, make_tables, write_tables


@pytest.fixture(scope="module")
def tables() -> dict[str, str]:
    if os.environ.get("HEAVYLIFT_COSTS") == "write":
        write_tables()
    return make_tables()


@pytest.mark.parametrize("heading", TABLES)
def test_the_page_has_the_figures_of_today(tables: dict[str, str], heading: str) -> None:
    page = PAGE.read_text()
    start, end = find_table(page, heading)
    assert page[start:end] == tables[heading], "run: make costs"


@pytest.mark.parametrize(
    ("count", "row", "dollars"),
    [
        ("write units", "DynamoDB: writes, indexes too", 0.625),
        ("read units", "DynamoDB: reads, of waits too", 0.125),
        ("queue requests", "SQS", 0.40),
        ("PutObject", "S3: requests", 5.00),
    ],
)
def test_what_is_counted_is_paid_for(count: str, row: str, dollars: float) -> None:
    free = Load(1_000_000, 0, 0, 0, 0, Counter(), Counter())
    more = add_up_load(replace(free, job={count: 1}, wait={count: 1}))
    assert more[row] == pytest.approx(2 * dollars)
    assert {name for name, cost in more.items() if cost != add_up_load(free)[name]} == {row}


def test_a_wait_is_paid_for_as_long_as_it_lasts() -> None:
    load = Load(1000, 0, 0, 25, 0, Counter(), Counter())
    assert add_up_load(load)["the api: the wait"] == pytest.approx(0.42, abs=0.005)
