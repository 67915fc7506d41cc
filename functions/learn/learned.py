"""A column of text → values of the kind that a model learned."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from learn import date_text, number_text
from learn.cells import TextTable
from learn.columns import Column
from learn.errors import ColumnUnfit
from learn.infer import BOOLEAN, read_booleans, to_text
from learn.missing import blank_words, trim
from learn.number_text import Decimal
from learn.warnings_list import WarningList

NEEDS = {"number": "numbers", "bool": "true and false", "date": "dates"}


def read_as_learned(table: TextTable, column: Column, found: WarningList) -> pd.Series:
    """Return the column's values. Raises ColumnUnfit with the row of the first cell of another kind."""
    name = column.name
    cells = trim({name: table.columns[name]}, found)[name]
    cells = blank_words(name, cells, found, text=column.kind == "text")
    if column.kind == "number":
        return _read_numbers(cells, column, typed=table.separator is None)
    if column.kind == "bool":
        _require(cells, pc.match_substring_regex(cells, BOOLEAN), column)
        return read_booleans(cells)
    if column.kind == "date":
        return _read_dates(cells, column, found)
    return to_text(cells)


def _read_numbers(cells: pa.ChunkedArray, column: Column, *, typed: bool) -> pd.Series:
    """Return numbers in the model's style, or else in the other. In a typed format a point is a point."""
    first: Decimal = "." if typed else column.decimal
    other: Decimal = "," if first == "." else "."
    for style in (first, other):
        if pc.all(number_text.fits(cells, style)).as_py() is not False:
            return number_text.parse_numbers(cells, style)
    _require(cells, number_text.fits(cells, first), column)
    raise AssertionError("a cell does not fit")


def _read_dates(cells: pa.ChunkedArray, column: Column, found: WarningList) -> pd.Series:
    for order in dict.fromkeys([column.dates or "iso", "iso"]):
        dates = date_text.parse_dates(cells, order)
        if not len(cells.drop_null()) or (dates.notna().to_numpy() == pc.is_valid(cells).to_numpy()).all():
            return date_text.blank_placeholders(column.name, dates, found)
    fit = date_text.parse_dates(cells, column.dates or "iso").notna()
    _require(cells, pa.chunked_array([pa.array(fit)]), column)
    raise AssertionError("a cell is no date")


def _require(cells: pa.ChunkedArray, fit: pa.ChunkedArray, column: Column) -> None:
    for row, (cell, fitting) in enumerate(zip(cells.to_pylist(), fit.to_pylist(), strict=True), 1):
        if cell is not None and not fitting:
            raise ColumnUnfit(
                f"The column {column.name!r} holds text in row {row:,}. The model needs {NEEDS[column.kind]}."
            )
