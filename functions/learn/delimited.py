"""A CSV → columns of text. Its lines and cells are measured before they are held in memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TextIO

from heavylift.tasks.sniff import SNIFF_BYTES
from learn.cells import BATCH, TextTable, build_columns
from learn.dialect import find_other_separator, judge_dialect
from learn.encoding import NAMES, UTF8, decode_head
from learn.errors import CsvEmpty, CsvTooLarge, CsvUnreadable
from learn.names import make_names
from learn.warnings_list import WarningList, count, list_some

MAX_LINE = 4_000_000
SAMPLE_LINES = 200
SAMPLE_CHARACTERS = 1_000_000


def read_delimited(path: Path, limits: Mapping[str, float], found: WarningList) -> TextTable:
    """Return the cells. Raises CsvEmpty, CsvTooLarge and CsvUnreadable."""
    with path.open("rb") as file:
        head = file.read(SNIFF_BYTES)
    for encoding in decode_head(head):
        attempt = WarningList()
        try:
            table = _read(path, encoding, limits, attempt)
        except UnicodeDecodeError:
            continue
        if encoding != UTF8:
            found.add("encoding-assumed", f"The text is not UTF-8. It was read as {NAMES[encoding]}.")
        found.extend(attempt)
        return table
    raise CsvUnreadable("The text is neither UTF-8, UTF-16 nor Windows-1252.")


def _read(path: Path, encoding: str, limits: Mapping[str, float], found: WarningList) -> TextTable:
    with path.open(encoding=encoding, newline="") as file:
        sample = _read_sample(file)
    dialect = judge_dialect(sample)
    if dialect.skipped:
        found.add(
            "lines-skipped", f"Before the header, these lines were skipped: {list_some(dialect.skipped)}."
        )
    csv.field_size_limit(int(limits["max_cell_characters"]))
    with path.open(encoding=encoding, newline="") as file:
        lines = _Lines(file)
        rows = csv.reader(lines, delimiter=dialect.separator, skipinitialspace=dialect.separator != " ")
        try:
            header = next(islice(rows, dialect.header, None), None)
            if not header:
                raise CsvEmpty("The first line must name the columns.")
            names = make_names(header, limits, found)
            body = _Body(len(names), int(limits["max_rows"]), dialect.separator, lines, found)
            columns = build_columns(names, body.batches(rows))
            if len(names) == 1 and (mark := find_other_separator(sample)) is not None:
                found.add(
                    "one-column", f"There is one column. If {mark!r} divides it, begin with 'sep={mark}'."
                )
        except csv.Error as error:
            if "field larger" in str(error):
                raise CsvTooLarge(
                    f"A cell may have at most {int(limits['max_cell_characters']):,} characters "
                    f"(line {rows.line_num:,}). A quote may be open."
                ) from None
            raise CsvUnreadable(f"Line {rows.line_num:,} can't be read: {error}.") from None
    table = TextTable(columns, dialect.separator)
    if not table.rows:
        raise CsvEmpty("No row follows the line with the columns' names.")
    return table


def _read_sample(file: TextIO) -> list[str]:
    """Return the first lines."""
    lines: list[str] = []
    size = 0
    while len(lines) < SAMPLE_LINES and size < SAMPLE_CHARACTERS:
        line = file.readline(MAX_LINE)
        if not line:
            return lines
        lines.append(line)
        size += len(line)
    return lines


class _Lines:
    """The lines of a file. `row` has those since it was last cleared."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(MAX_LINE)
        if not line:
            raise StopIteration
        if len(line) >= MAX_LINE:
            raise CsvTooLarge(f"A line may have at most {MAX_LINE:,} characters.")
        if "\0" in line:
            raise CsvUnreadable("The text holds a NUL character.")
        self.row.append(line)
        return line


class _Body:
    """The rows below the header, each with as many cells as the header."""

    def __init__(self, width: int, most: int, separator: str, lines: _Lines, found: WarningList) -> None:
        self._width, self._most, self._separator = width, most, separator
        self._lines, self._found = lines, found
        self._count = self._short = self._long = 0

    def batches(self, rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
        """Yield the rows in batches. Raises CsvTooLarge and CsvUnreadable."""
        batch: list[list[str]] = []
        self._lines.row.clear()
        last: list[str] = []
        for row in rows:
            last, self._lines.row = self._lines.row, []
            if len(last) > 1 and _has_stray_quote(last, self._separator):
                raise CsvUnreadable(f"A quote in row {self._count + 1:,} is not closed where the cell ends.")
            if not row or (len(row) == 1 and self._width > 1 and not row[0].strip()):
                continue
            self._count += 1
            if self._count > self._most:
                raise CsvTooLarge(f"A table may have at most {self._most:,} rows.")
            batch.append(self._fit(row))
            if len(batch) == BATCH:
                yield batch
                batch = []
        if _has_open_quote(last, self._separator):
            raise CsvUnreadable(f"A quote is not closed in row {self._count:,}, the last one.")
        if batch:
            yield batch
        self._warn()

    def _fit(self, row: list[str]) -> list[str]:
        if len(row) == self._width:
            return row
        if len(row) < self._width:
            self._short += 1
            return row + [""] * (self._width - len(row))
        if any(cell.strip() for cell in row[self._width :]):
            raise CsvUnreadable(
                f"Row {self._count:,} has {len(row):,} cells and the header {self._width:,}. "
                "A separator in a cell needs quotes around the cell."
            )
        self._long += 1
        return row[: self._width]

    def _warn(self) -> None:
        if self._short:
            self._found.add(
                "rows-completed",
                f"{count(self._short, 'row')} with fewer cells than the header. The rest is missing.",
            )
        if self._long:
            self._found.add(
                "rows-completed", f"{count(self._long, 'row')} with empty cells beyond the header."
            )


def _has_stray_quote(lines: list[str], separator: str) -> bool:
    return bool(_explain_quotes(lines, separator))


def _has_open_quote(lines: list[str], separator: str) -> bool:
    return "unexpected end" in _explain_quotes(lines, separator)


def _explain_quotes(lines: list[str], separator: str) -> str:
    """Return what is wrong with the quotes of a row, or nothing."""
    try:
        list(csv.reader(lines, delimiter=separator, skipinitialspace=separator != " ", strict=True))
    except csv.Error as error:
        return str(error)
    return ""
