"""The first sheet with cells of a workbook (xlsx, xls, xlsb, ods) → columns of text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from learn.cells import BATCH, TextTable, build_columns, write_text
from learn.error_cells import count_cells_without_value
from learn.errors import CsvEmpty, CsvTooLarge, CsvUnreadable
from learn.names import make_names
from learn.warnings_list import WarningList, count, list_some

UNREADABLE = "The workbook is damaged, needs a password, or is no workbook."
PANIC = "PanicException"
"""A fault of calamine's Rust code on damaged files. It is no Exception, and no module exports it."""
MAX_UNPACKED = 1_000_000_000
"""Bytes of a workbook's parts: a small archive can hold more than the memory."""


def read_workbook(path: Path, limits: Mapping[str, float], found: WarningList) -> TextTable:
    """Return the cells below the first row that has several. Raises CsvEmpty, CsvTooLarge, CsvUnreadable."""
    try:
        _check_archive(path)
        name, rows, others = _open_sheet(path)
        errors, formulas = count_cells_without_value(path, name)
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        raise CsvUnreadable(UNREADABLE) from None
    except BaseException as error:  # a panic is no Exception
        if type(error).__name__ == PANIC:
            raise CsvUnreadable(UNREADABLE) from None
        raise
    if others:
        found.add("sheets-left-out", f"Only the sheet {name!r} was read, not {list_some(others)}.")
    if errors or formulas:
        found.add(
            "cells-without-value",
            f"Taken as missing: {count(errors, 'cell')} with an error, "
            f"{count(formulas, 'formula')} without a result.",
        )
    return _read_rows(rows, limits, found)


def _open_sheet(path: Path) -> tuple[str, list[list[Any]], list[str]]:
    """Return the first sheet with cells, hidden ones last: its name, its rows, the names of the others."""
    workbook = CalamineWorkbook.from_path(path)
    sheets = sorted(workbook.sheets_metadata, key=lambda each: each.visible != SheetVisibleEnum.Visible)
    for name in [each.name for each in sheets]:
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=True)
        if rows:
            return name, rows, [each for each in workbook.sheet_names if each != name]
    raise CsvEmpty("The workbook has no cells.")


def _check_archive(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
            raise CsvTooLarge(f"The workbook unpacks to more than {MAX_UNPACKED:,} bytes.")


def _read_rows(rows: Sequence[Sequence[Any]], limits: Mapping[str, float], found: WarningList) -> TextTable:
    width = max(map(len, rows))
    titles = 0
    while titles < len(rows) - 1 and sum(cell != "" for cell in rows[titles]) < min(2, width):
        titles += 1
    if skipped := [" ".join(filter(None, map(write_text, row))) for row in rows[:titles]]:
        found.add("lines-skipped", f"Before the header, these rows were skipped: {list_some(skipped)}.")
    names = make_names([write_text(cell) for cell in rows[titles]], limits, found)
    body = rows[titles + 1 :]
    if len(body) > limits["max_rows"]:
        raise CsvTooLarge(f"A table may have at most {int(limits['max_rows']):,} rows.")

    def batches() -> Iterator[list[list[str | None]]]:
        for start in range(0, len(body), BATCH):
            written = ([write_text(cell) for cell in row] for row in body[start : start + BATCH])
            if batch := [row for row in written if any(row)]:
                yield batch

    table = TextTable(build_columns(names, batches()))
    if not table.rows:
        raise CsvEmpty("No row follows the row with the columns' names.")
    return table
