"""Dates with named months, short years or half days → the forms that `date_text` reads."""

from __future__ import annotations

import re
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

ENGLISH = "january february march april may june july august september october november december"
GERMAN = "januar februar märz april mai juni juli august september oktober november dezember"
MONTHS = {
    name: number
    for language in (ENGLISH, GERMAN)
    for number, month in enumerate(language.split(), 1)
    for name in (month, month[:3])
} | {"sept": 9, "mrz": 3}
FIRST_SHORT_YEAR = 70
"""A year of two digits from here on is in the 20th century."""

_NAME = r"(?P<name>[A-Za-zä]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_WEEKDAY = r"(?:[A-Za-z]{3,9},? )?"
_TIME = (
    r"(?:,?[T ](?P<hour>\d{1,2}):(?P<minute>\d{2})(?P<second>:\d{2}(?:[.,]\d{1,9})?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?(?: ?(?P<zone>Z|GMT|UTC|[-+]\d{2}:?\d{2}))?"
)
_FORMS = tuple(
    re.compile(date + _TIME)
    for date in (
        r"(?P<year>\d{4})(?:[-/.]|年)(?P<month>\d{1,2})(?:[-/.]|月)(?P<day>\d{1,2})日?",
        rf"{_WEEKDAY}{_DAY}[ -]{_NAME},?[ -](?P<year>\d{{4}}|\d{{2}})",
        rf"{_WEEKDAY}{_NAME} {_DAY},? (?P<year>\d{{4}})",
        r"(?P<parts>\d{1,2}[./-]\d{1,2}[./-])(?P<year>\d{4})",
        r"(?P<parts>\d{2}\.\d{2}\.|\d{1,2}/\d{1,2}/)(?P<year>\d{2})",
    )
)
_SHORT_YEAR = re.compile(
    r"(?:\d{2}\.\d{2}\.|\d{1,2}/\d{1,2}/|\d{1,2}[ -][A-Za-zä]{3,9}\.?,?[ -])\d{2}(?:\D|$)"
)


def rewrite_dates(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the cells with each date in ISO 8601, or as day, month and full year. Others do not change."""
    chunks = [chunk.dictionary_encode() for chunk in cells.chunks]
    return pa.chunked_array(
        [
            pc.take(
                pa.array([_rewrite(text) for text in chunk.dictionary.to_pylist()], pa.string()),
                chunk.indices,
            )
            for chunk in chunks
        ],
        pa.string(),
    )


def are_dates(cells: pa.ChunkedArray) -> bool:
    """Whether each cell has one of the forms."""
    return all(_find_form(text) is not None for chunk in cells.chunks for text in chunk.to_pylist())


def find_short_year(cells: pa.ChunkedArray) -> str | None:
    """Return the first cell with a year of two digits, or None."""
    return next((str(text) for text in cells.to_pylist() if _SHORT_YEAR.match(text)), None)


@cache
def _find_month(name: str) -> int | None:
    return MONTHS.get(name.lower())


def _find_form(text: str) -> re.Match[str] | None:
    for form in _FORMS:
        found = form.fullmatch(text)
        if found and ("name" not in form.groupindex or _find_month(found["name"])):
            return found
    return None


def _rewrite(text: str) -> str:
    found = _find_form(text)
    if found is None:
        return text
    parts = found.groupdict()
    year = parts["year"]
    if len(year) == 2:
        year = ("19" if int(year) >= FIRST_SHORT_YEAR else "20") + year
    if parts.get("parts"):
        return parts["parts"] + year + _write_time(parts)
    month = _find_month(parts["name"]) if parts.get("name") else int(parts["month"])
    zone = (parts["zone"] or "").replace("GMT", "Z").replace("UTC", "Z")
    return f"{year}-{month:02}-{int(parts['day']):02}{_write_time(parts)}{zone}"


def _write_time(parts: dict[str, str | None]) -> str:
    if parts["hour"] is None:
        return ""
    hour = int(parts["hour"])
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"] in "Pp" else 0)
    return f" {hour:02}:{parts['minute']}{parts['second'] or ''}"
