"""How a CSV is written: its separator and the row that names the columns, judged by its first rows."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

SEPARATORS = ",;\t|"
OTHER_SEPARATORS = ":~^ "
"""Taken only where the line `sep=` names one."""
SEP_LINE = re.compile(r'^"?sep=(.)"? *$', re.IGNORECASE)
VALUE = re.compile(
    r"[-+]?[\d.,' ]*\d(?:[eE][-+]?\d+)?%?|\d{1,4}[-./]\d\d?[-./]\d{1,4}|true|false|", re.IGNORECASE
)
NUMBER = re.compile(r"[-+]?\d+")
REGULAR = 0.9
"""Share of rows of one width that makes a table of them, although the first line has one cell."""


@dataclass(frozen=True)
class Dialect:
    separator: str
    header: int
    """How many rows come before the one with the names, blank ones included."""
    skipped: tuple[str, ...] = ()
    """What those rows hold, without the blank ones."""


@dataclass(frozen=True)
class _Judged:
    separator: str
    width: int
    score: tuple[float, ...]


def judge_dialect(lines: Sequence[str]) -> Dialect:
    """Return the dialect of these first lines. Quotes are respected."""
    start = next((number for number, line in enumerate(lines) if line.strip("\ufeff \t\r\n")), len(lines))
    if start < len(lines) and (named := SEP_LINE.match(lines[start].lstrip("\ufeff ").rstrip("\r\n"))):
        rest = _split(lines[start + 1 :], named[1])
        found = _find_header(rest, _common_width(rest))
        return Dialect(named[1], start + 1 + found, (lines[start].strip(), *_skipped(rest[:found])))
    judged = [each for each in (_judge(lines, separator) for separator in SEPARATORS) if each]
    best = max(judged, key=lambda each: each.score) if judged else _Judged(_pick_single(lines), 1, ())
    rows = _split(lines, best.separator)
    header = _find_header(rows, best.width)
    return Dialect(best.separator, header, _skipped(rows[:header]))


def _split(lines: Sequence[str], separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=separator, skipinitialspace=separator != " "))
    except csv.Error:
        return []


def _judge(lines: Sequence[str], separator: str) -> _Judged | None:
    """Return how well the separator fits, or None if it makes no columns."""
    rows = [row for row in _split(lines, separator) if any(cell.strip() for cell in row)]
    width = _common_width(rows)
    if width < 2:
        # The header alone may have several cells: a row of one cell is short.
        width = len(rows[0]) if len(rows) == 1 else width
        if width < 2:
            return None
    titles = next(number for number, row in enumerate(rows) if len(row) > 1)
    table = rows[titles:]
    regular = sum(len(row) == width for row in table) / len(table)
    if len(rows[0]) == 1 and (regular < REGULAR or any(NUMBER.fullmatch(cell) for cell in table[0])):
        return None  # no table below a title: a column of text with commas, or of decimal commas
    cells = [cell.strip() for row in table[1:] for cell in row]
    values = sum(VALUE.fullmatch(cell) is not None for cell in cells) / len(cells) if cells else 0
    named = len(table[0]) == width
    return _Judged(separator, width, (round(regular, 1), named, -titles, values, width))


def _common_width(rows: Sequence[list[str]]) -> int:
    """Return the most frequent number of cells; of two as frequent ones the greater."""
    widths = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    return max(widths, key=lambda width: (widths[width], width), default=1)


def _pick_single(lines: Sequence[str]) -> str:
    """Return the separator that occurs in the fewest rows: the table has one column."""
    return min(SEPARATORS, key=lambda each: sum(len(row) > 1 for row in _split(lines, each)))


def _find_header(rows: Sequence[list[str]], width: int) -> int:
    """Return the number of the first row that is neither blank, a comment nor a title."""
    for number, row in enumerate(rows):
        if not any(cell.strip() for cell in row):
            continue
        if row[0].startswith("#") and _is_comment(row, rows[number + 1 :], width):
            continue
        if width > 1 and _is_title(row, rows[number + 1 :]):
            continue
        if len(row) > 1 or width == 1:
            return number
    return len(rows)


def _is_comment(row: list[str], below: Sequence[list[str]], width: int) -> bool:
    """Whether a row that begins with `#` does not name the columns."""
    if len(row) != width:
        return True
    if width == 1:
        return bool(row[0].strip("# "))
    following = next((each for each in below if any(cell.strip() for cell in each)), [])
    return bool(following) and (following[0].startswith("#") or _names_columns(following, below))


def _is_title(row: list[str], below: Sequence[list[str]]) -> bool:
    """Whether a row has text in its first cell only, and a later one names the columns."""
    if not row[0].strip() or any(cell.strip() for cell in row[1:]):
        return False
    following = next((each for each in below if sum(bool(cell.strip()) for cell in each) > 1), [])
    return _names_columns(following, below)


def _names_columns(row: list[str], below: Sequence[list[str]]) -> bool:
    """Whether the row has a text in every cell, and the rows below have values."""
    if not row or not all(cell.strip() and not VALUE.fullmatch(cell.strip()) for cell in row):
        return False
    return any(cell.strip() and VALUE.fullmatch(cell.strip()) for each in below for cell in each)


def _skipped(rows: Sequence[list[str]]) -> tuple[str, ...]:
    return tuple(" ".join(row).strip() for row in rows if any(cell.strip() for cell in row))


def find_other_separator(lines: Sequence[str]) -> str | None:
    """Return a character that cuts each line of a single column into as many cells, if there is one."""
    full = [line.strip() for line in lines if line.strip()]
    for mark in OTHER_SEPARATORS:
        counts = {line.count(mark) for line in full}
        if len(full) > 1 and len(counts) == 1 and counts != {0}:
            return mark
    return None
