"""Dates as people write them: ISO 8601, or day, month and year in either order."""

from __future__ import annotations

from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from learn.date_forms import are_dates, rewrite_dates
from learn.warnings_list import WarningList, count

Order = Literal["iso", "day-first", "month-first"]
TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?"
ISO = rf"^\d{{4}}[-/]\d{{2}}[-/]\d{{2}}{TIME}(?: ?(?:Z|[-+]\d{{2}}:?\d{{2}}))?$"
PARTS = rf"^(?P<first>\d{{1,2}})(?P<mark>[./-])(?P<second>\d{{1,2}})[./-](?P<year>\d{{4}})(?P<time>{TIME})$"
SAMPLE = 1_000
"""Cells that are looked at before all others."""
FIRST_YEAR, LAST_YEAR = 1000, 8999
"""Years outside are placeholders, such as 9999-12-31, and can't be drawn on an axis."""


def find_order(cells: pa.ChunkedArray) -> tuple[Order | None, bool]:
    """Return the order of trimmed cells that are all dates, or None; and whether the order was assumed."""
    present = cells.drop_null()
    if not _are_plain(present):
        if not len(present) or not are_dates(present[:SAMPLE]):
            return None, False
        present = rewrite_dates(present)
    if _all(present, ISO):
        return ("iso", False) if _parse_iso(present).notna().all() else (None, False)
    if not _all(present, PARTS):
        return None, False
    fits = {order: bool(_parse_parts(present, order).notna().all()) for order in ("day-first", "month-first")}
    marks = pc.extract_regex(present, PARTS)
    dots = bool(pc.all(pc.equal(pc.struct_field(marks, "mark"), ".")).as_py())
    if fits["day-first"]:
        return "day-first", fits["month-first"] and not dots
    return ("month-first", False) if fits["month-first"] else (None, False)


def parse_dates(cells: pa.ChunkedArray, order: Order) -> pd.Series:
    """Return the dates in UTC without a time zone. A cell that is no date, and a null, is missing."""
    cells = cells if _are_plain(cells.drop_null()) else rewrite_dates(cells)
    return _parse_iso(cells) if order == "iso" else _parse_parts(cells, order)


def _are_plain(present: pa.ChunkedArray) -> bool:
    return _all(present, ISO) or _all(present, PARTS)


def blank_placeholders(name: str, dates: pd.Series, found: WarningList) -> pd.Series:
    """Return the dates without those outside of FIRST_YEAR to LAST_YEAR, with a warning of them."""
    kept = dates.where(dates.dt.year.between(FIRST_YEAR, LAST_YEAR))
    lost = dates[dates.notna() & kept.isna()]
    if len(lost):
        found.add(
            "dates-out-of-range",
            f"{count(len(lost), 'date')} in {name!r} taken as missing, such as {lost.iloc[0].date()}.",
        )
    return kept


def _all(cells: pa.ChunkedArray, pattern: str) -> bool:
    return len(cells) > 0 and all(
        pc.all(pc.match_substring_regex(some, pattern)).as_py() for some in (cells[:SAMPLE], cells)
    )


def _parse_iso(cells: pa.ChunkedArray) -> pd.Series:
    text = pc.replace_substring(pc.replace_substring_regex(cells, " (Z|[-+])", r"\1"), "/", "-")
    dates = pd.to_datetime(
        pd.Series(text.to_pylist(), dtype=object), format="ISO8601", errors="coerce", utc=True
    )
    return dates.dt.tz_localize(None).dt.as_unit("us")


def _parse_parts(cells: pa.ChunkedArray, order: str) -> pd.Series:
    parts = pc.extract_regex(cells, PARTS)
    day, month = ("first", "second") if order == "day-first" else ("second", "first")

    def part(name: str) -> pa.ChunkedArray:
        return pc.struct_field(parts, name)

    iso = pc.binary_join_element_wise(
        part("year"),
        pc.utf8_lpad(part(month), 2, padding="0"),
        pc.utf8_lpad(part(day), 2, padding="0"),
        "-",
    )
    return _parse_iso(pc.binary_join_element_wise(iso, part("time"), ""))
