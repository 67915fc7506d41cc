"""Each odd table is read as what it is: the kinds, every value, and a warning of what was assumed."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from learn.csv_input import sniff
from tests.unit.learn.odd_tables import OddTable, make_all
from tests.unit.learn.reading import kinds, read, slugs

TABLES = make_all()


def test_there_are_more_than_three_hundred() -> None:
    assert len(TABLES) > 300
    assert len({table.name for table in TABLES}) == len(TABLES)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_an_odd_table_is_read_as_what_it_is(file: Path, table: OddTable) -> None:
    assert sniff(table.content[:1024]) is not None
    found = read(file, table.content)
    assert {name: kinds(found).get(name) for name in table.truth} == {
        name: kind for name, (kind, _) in table.truth.items()
    }
    for name, (kind, values) in table.truth.items():
        assert [_plain(kind, value) for value in found.frame[name]] == [_plain(kind, each) for each in values]
    assert table.slug is None or table.slug in slugs(found)


def _plain(kind: str, value: Any) -> Any:
    """Return the value in a form that can be compared; a missing one is None."""
    if pd.isna(value):
        return None
    if kind == "number":
        return value if math.isinf(value) else float(f"{value:.12g}")
    return pd.Timestamp(value) if kind == "date" else value
