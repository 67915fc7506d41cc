"""Words that stand for a missing value, and blanks around cells."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from learn.warnings_list import WarningList, count, list_some

NEVER_TEXT = (
    "NaN", "nan", "NaT", "null", "NULL", "(null)", "<null>", "\\N", "#N/A", "#NA",
    "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!",
)  # fmt: skip
"""Written by programs for a missing value."""
WORDS = (
    *NEVER_TEXT, "NA", "N/A", "n/a", "na", "N.A.", "n.a.", "k.A.", "n.d.", "None", "none", "nil", "Null", "-",
    "--", "\u2013", "\u2014", "?", ".", "...", "\u2026", "<NA>",
)  # fmt: skip
"""Missing among numbers and dates. Among text they are words like others."""


def trim(columns: dict[str, pa.ChunkedArray], found: WarningList) -> dict[str, pa.ChunkedArray]:
    """Return the cells without blanks around them. A blank cell is null."""
    trimmed: dict[str, pa.ChunkedArray] = {}
    changed: list[str] = []
    for name, column in columns.items():
        cells = pc.utf8_trim_whitespace(column)
        empty = pc.equal(cells, "")
        if pc.any(pc.and_(pc.not_equal(cells, column), pc.invert(empty))).as_py():
            changed.append(name)
        trimmed[name] = pc.if_else(empty, pa.scalar(None, pa.string()), cells)
    if changed:
        found.add("blanks-trimmed", f"Blanks around cells were left out in {list_some(changed)}.")
    return trimmed


def find_words(cells: pa.ChunkedArray, words: tuple[str, ...] = WORDS) -> pa.ChunkedArray:
    """Return for each cell whether it is one of the words."""
    return pc.is_in(cells, value_set=pa.array(words, pa.string()))


def blank_words(name: str, cells: pa.ChunkedArray, found: WarningList, *, text: bool) -> pa.ChunkedArray:
    """Return the cells with null for the words that stand for a missing value in such a column."""
    words = Counter(cells.filter(find_words(cells)).to_pylist())
    if not words:
        return cells
    taken = {word: number for word, number in words.items() if not text or word in NEVER_TEXT}
    kept = {word: number for word, number in words.items() if word not in taken}
    if taken:
        found.add("words-as-missing", f"Missing in {name!r}: {_count(taken)}.")
    if kept:
        found.add("words-kept", f"Text in {name!r}, not missing: {_count(kept)}.")
    gone = find_words(cells, tuple(taken))
    return pc.if_else(gone, pa.scalar(None, pa.string()), cells)


def _count(words: dict[str, int]) -> str:
    return ", ".join(f"{word!r} in {count(number, 'row')}" for word, number in words.items())
