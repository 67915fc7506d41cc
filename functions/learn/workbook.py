"""The first sheet with cells of a workbook (xlsx, xls, xlsb, ods) → columns of text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from learn.cells import BATCH, TextTable, build_columns, write_text
from learn.errors import CsvEmpty, CsvTooLarge, CsvUnreadable
from learn.names import make_names
from learn.warnings_list import WarningList, list_some

MAX_UNPACKED = 1_000_000_000
"""Bytes of a workbook's parts: a small archive can hold more than the memory."""


def read_workbook(path: Path, limits: Mapping[str, float], found: WarningList) -> TextTable:
    """Return the cells below the first row that has several. Raises CsvEmpty, CsvTooLarge, CsvUnreadable."""
    _check_archive(path)
    try:
        workbook = CalamineWorkbook.from_path(path)
        names = list(workbook.sheet_names)
        for name in names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=True)
            if rows:
                break
        else:
            raise CsvEmpty("The workbook has no cells.")
    except (CalamineError, OSError, ValueError):
        raise CsvUnreadable("The workbook is damaged, needs a password, or is no workbook.") from None
    if len(names) > 1:
        others = [each for each in names if each != name]
        found.add("sheets-left-out", f"Only the sheet {name!r} was read, not {list_some(others)}.")
    return _read_rows(rows, limits, found)


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
