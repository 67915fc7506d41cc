"""Cells are read as a model learned them."""

from __future__ import annotations

from pathlib import Path

import pytest

from learn.columns import Column
from learn.csv_input import LIMITS
from learn.errors import ColumnUnfit
from learn.table import read_learned_rows, read_learned_table
from tests.unit.learn.reading import slugs

LEARNED = (Column("size", "text"), Column("code", "text"), Column("n", "number", ","), Column("on", "bool"))


def test_cells_are_read_as_the_model_learned_them(file: Path) -> None:
    file.write_text("size;code;n;on\n38;007;1,5;true\n40;10;1.234,5;FALSE\n")
    csv = read_learned_table(file, LIMITS, LEARNED).frame.to_dict("list")
    assert csv == {"size": ["38", "40"], "code": ["007", "10"], "n": [1.5, 1234.5], "on": [True, False]}
    rows = [{"size": 38, "code": True, "n": 1.234, "on": False}]
    typed = read_learned_rows(rows, LIMITS, LEARNED).frame.to_dict("list")
    assert typed == {"size": ["38"], "code": ["true"], "n": [1.234], "on": [False]}


@pytest.mark.parametrize(
    ("column", "cell", "detail"),
    [
        (Column("a", "number"), "big", "'a' holds text in row 2. The model needs numbers"),
        (Column("a", "bool"), "yes", "needs true and false"),
        (Column("a", "date", ".", "day-first"), "soon", "needs dates"),
    ],
)
def test_a_cell_of_another_kind_is_named(column: Column, cell: str, detail: str) -> None:
    with pytest.raises(ColumnUnfit, match=detail):
        read_learned_rows([{"a": None}, {"a": cell}], LIMITS, [column])


def test_a_placeholder_for_a_date_is_named_in_rows_to_predict() -> None:
    column = Column("a", "date", ".", "iso")
    table = read_learned_rows([{"a": "2026-01-02"}, {"a": "9999-12-31"}], LIMITS, [column])
    assert table.frame["a"].notna().tolist() == [True, False]
    assert slugs(table) == ["dates-out-of-range"]
