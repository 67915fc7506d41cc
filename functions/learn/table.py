"""The one reader of tables: a CSV, workbook, Parquet file or JSON lines → values and their kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.compute as pc

from heavylift.tasks.sniff import SNIFF_BYTES
from learn.cells import TextTable
from learn.columns import Column, require_columns
from learn.csv_input import CSV, JSON_LINES, PARQUET, WORKBOOKS, sniff
from learn.delimited import read_delimited
from learn.errors import CsvTooLarge, CsvUnreadable
from learn.infer import infer_columns
from learn.json_lines import build_table, read_json_lines
from learn.learned import read_as_learned
from learn.parquet import read_parquet
from learn.warnings_list import WarningList
from learn.workbook import read_workbook

Limits = Mapping[str, float]
READERS: dict[str, Callable[[Path, Limits, WarningList], TextTable]] = {
    CSV: read_delimited,
    PARQUET: read_parquet,
    JSON_LINES: read_json_lines,
    **dict.fromkeys(WORKBOOKS, read_workbook),
}


@dataclass(frozen=True)
class Table:
    frame: pd.DataFrame
    """Numbers, booleans, dates without a time zone, or text; missing values are NaN, None or NaT."""
    columns: list[Column]
    warnings: WarningList


def read_table(path: Path, limits: Limits) -> Table:
    """Return the table. Its first line, after blank lines, comments and titles, names the columns.

    Raises CsvEmpty, CsvTooLarge or CsvUnreadable.
    """
    found = WarningList()
    values, columns = infer_columns(_read_text(path, limits, found), found)
    return Table(pd.DataFrame(values), columns, found)


def read_learned_table(path: Path, limits: Limits, columns: Sequence[Column]) -> Table:
    """Return the columns of a model, as the model learned them. Raises ColumnMissing and ColumnUnfit too."""
    found = WarningList()
    return _read_learned(_read_text(path, limits, found), columns, found)


def read_learned_rows(rows: Sequence[Mapping[str, Any]], limits: Limits, columns: Sequence[Column]) -> Table:
    """Return the columns of a model from rows of the params."""
    found = WarningList()
    return _read_learned(build_table(rows, limits, found), columns, found)


def _read_learned(table: TextTable, columns: Sequence[Column], found: WarningList) -> Table:
    require_columns(table.columns, [column.name for column in columns])
    values = {column.name: read_as_learned(table, column, found) for column in columns}
    return Table(pd.DataFrame(values), list(columns), found)


def _read_text(path: Path, limits: Limits, found: WarningList) -> TextTable:
    with path.open("rb") as file:
        head = file.read(SNIFF_BYTES)
    table = READERS[sniff(head) or CSV](path, limits, found)
    longest = int(limits["max_cell_characters"])
    for name, cells in table.columns.items():
        if (pc.max(pc.utf8_length(cells)).as_py() or 0) > longest:
            raise CsvTooLarge(f"A cell may have at most {longest:,} characters; one in {name!r} has more.")
    if not table.columns:
        raise CsvUnreadable("There is no column.")
    return table
