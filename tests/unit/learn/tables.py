"""Generated tables: all types, gaps, extremes, names, encodings and separators."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from hypothesis import strategies as st

WORDS = (
    "None",
    "NA",
    "-",
    "NaN",
    "null",
    "inf",
    "-inf",
    "true",
    "FALSE",
    "yes",
    "",
    "",
    " ",
    "007",
    "12a",
    "=1+1",
    "#DIV/0!",
    "n.a.",
)
EXTREMES = (
    "1e308",
    "-1e308",
    "1e-320",
    "1e400",
    "0",
    "-0.0",
    "99999999999999999999",
    "1,5",
    "1.234,5",
    "+3",
    "(5)",
    "5-",
    "5 EUR",
    "1,00,000",
)
DATES = (
    "2026-02-28",
    "31/12/2026",
    "01/02/2026",
    "9999-12-31",
    "0001-01-01",
    "2026-02-31",
    "2026-01-01T10:00Z",
    "31 Dec 2026",
    "31.12.26",
    "1/2/2026 1:05 PM",
)
CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0\x1a")
TEXTS = st.text(CHARACTERS, max_size=12)

NUMBERS = st.floats(allow_nan=True, width=64).map(repr)
SMALL = st.integers(-3, 3).map(str)
DECIMALS = st.floats(-1e6, 1e6).map(lambda number: f"{number:.2f}".replace(".", ","))
COLUMNS = st.sampled_from(
    [
        SMALL,
        NUMBERS,
        DECIMALS,
        st.integers().map(str),
        st.sampled_from(["a", "b"]),
        st.sampled_from(WORDS),
        st.sampled_from(EXTREMES),
        st.sampled_from(DATES),
        st.dates().map(str),
        st.datetimes().map(str),
        st.sampled_from(["true", "false", ""]),
        st.just(""),
        st.just("1"),
        TEXTS,
    ]
)
NAMES = st.one_of(
    st.sampled_from(["a", "a ", " a", "b", "", "_c", "sep=;", "#", "x,y", 'q"', "é", "column 2"]), TEXTS
)
TARGETS = st.sampled_from(
    [
        SMALL,
        st.sampled_from(["a", "b"]),
        st.sampled_from(["x"] * 30 + ["rare", "None"]),
        st.floats(-1e90, 1e90).map(repr),
        st.integers(0, 999).map(str),
        st.sampled_from(["001", "010", "002"]),
        st.sampled_from(["true", "false", ""]),
        DECIMALS,
    ]
)
"""Columns that can mostly be learned."""
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252")


@dataclass(frozen=True)
class Generated:
    content: bytes
    names: tuple[str, ...]


@st.composite
def tables(draw: st.DrawFn, *, target: bool = False) -> Generated:
    """Return a CSV with its names. Most are whole; some are cut or have stray cells.

    With `target` it has a last column called target, and rows enough to learn from.
    """
    names = draw(st.lists(NAMES, min_size=1, max_size=5))
    count = draw(st.integers(20 if target else 0, 45))
    kinds = [draw(COLUMNS) for _ in names]
    if target:
        names, kinds = [*names, "target"], [*kinds, draw(TARGETS)]
    columns = [draw(st.lists(kind, min_size=count, max_size=count)) for kind in kinds]
    rows = [list(row) for row in zip(*columns, strict=True)]
    # Mixed columns: a few cells of any other kind.
    for _ in range(draw(st.integers(0, 3)) if rows else 0):
        row, cell = draw(st.sampled_from(rows)), draw(st.integers(0, len(names) - 1))
        row[cell] = draw(st.one_of(st.sampled_from(WORDS + EXTREMES + DATES), TEXTS))
    out = io.StringIO()
    ends = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    writer = csv.writer(out, delimiter=draw(st.sampled_from(",;\t|")), lineterminator=ends)
    out.write(draw(st.sampled_from(["", "", "\n", "# note\n", "sep=;\n", "Report\n\n"])))
    writer.writerow(names)
    writer.writerows(rows)
    content = out.getvalue().encode(draw(st.sampled_from(ENCODINGS)), errors="replace")
    if draw(st.integers(0, 9)) == 0:
        content = content[: draw(st.integers(0, len(content)))]
    return Generated(content, tuple(names))
