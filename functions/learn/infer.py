"""Columns of text → the kinds of their values, for a table that no model has seen yet."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from learn import date_text, number_text
from learn.cells import TextTable
from learn.columns import Column
from learn.date_forms import find_short_year
from learn.missing import blank_words, find_words, trim
from learn.number_text import Decimal
from learn.warnings_list import WarningList, list_some

BOOLEAN = r"^(?i:true|false)$"
SAMPLE = 1_000
"""Cells that are looked at before all others, as most columns are of another kind at once."""
MOSTLY = 0.5
"""Share of numbers or dates in a column of text from which the others are suspect."""


@dataclass(frozen=True)
class _Fit:
    """In which styles a column's cells are numbers."""

    styles: tuple[Decimal, ...]
    ambiguous: bool = False
    """Each style gives other numbers."""
    proves: Decimal | None = None


def infer_columns(table: TextTable, found: WarningList) -> tuple[dict[str, pd.Series], list[Column]]:
    """Return the values and the kinds of the columns. The table gives up its cells."""
    cells = trim(table.columns, found)
    fits = {name: _fit_numbers(column) for name, column in cells.items()}
    proven = {fit.proves for fit in fits.values() if fit.proves}
    values: dict[str, pd.Series] = {}
    columns: list[Column] = []
    noted = _Noted()
    for name in list(cells):
        column = cells.pop(name)
        values[name], kind = _read_column(name, column, fits[name], proven, table.separator, noted, found)
        columns.append(kind)
    noted.warn(found)
    return values, columns


class _Noted:
    """Columns that share a warning."""

    def __init__(self) -> None:
        self.comma: list[str] = []
        self.groups: list[str] = []
        self.codes: list[str] = []
        self.units: list[str] = []
        self.mixed_units: list[str] = []
        self.signs: list[str] = []
        self.ambiguous: list[str] = []

    def add_numbers(
        self, name: str, present: pa.ChunkedArray, style: Decimal, *, assumed: bool, separator: str | None
    ) -> None:
        """Note how the numbers of a column are written, and whether they can be read in another way."""
        comma = number_text.has_mark(present, ",")
        if comma and style == ",":
            self.comma.append(name)
        if number_text.has_groups(present, style):
            self.groups.append(name)
        if number_text.has_units(present):
            self.units.append(name)
            if len(units := number_text.list_units(present)) > 1:
                named = ", ".join(unit or "none" for unit in units[:5])
                self.mixed_units.append(f"{name} ({named})")
        if number_text.has_accounting_signs(present):
            self.signs.append(name)
        if assumed and (comma or separator == ";"):
            self.ambiguous.append(f"{present[0]} in {name}")

    def warn(self, found: WarningList) -> None:
        if self.comma:
            found.add("decimal-comma", f"Numbers with a decimal comma in {list_some(self.comma)}.")
        if self.groups:
            found.add("thousands-separators", f"Digits in groups of thousands in {list_some(self.groups)}.")
        if self.units:
            found.add(
                "units-left-out", f"Numbers without their %, $, € and the like in {list_some(self.units)}."
            )
        if self.mixed_units:
            found.add(
                "units-differ",
                f"Numbers with different units, none of them converted: {list_some(self.mixed_units)}.",
            )
        if self.signs:
            found.add("negative-style", f"(1) and 1- were read as -1 in {list_some(self.signs)}.")
        if self.ambiguous:
            found.add(
                "number-style-assumed",
                f"Before three digits, a comma or point can be of thousands: {list_some(self.ambiguous)}.",
            )
        if self.codes:
            found.add(
                "codes-kept-as-text",
                f"Text, not numbers, in {list_some(self.codes)}: leading zeros or more than 15 digits.",
            )


def _fit_numbers(column: pa.ChunkedArray) -> _Fit:
    present = _without_words(column)
    if not len(present) or not _any(pc.match_substring_regex(present, r"\d")):
        return _Fit(())
    styles = tuple(
        style
        for style in number_text.PATTERNS
        if _every(number_text.fits(present[:SAMPLE], style)) and _every(number_text.fits(present, style))
    )
    marks = [mark for mark in ".," if number_text.has_mark(present, mark)]
    if not styles or not marks:
        return _Fit(styles)
    return _Fit(styles, len(styles) == 2, styles[0] if len(styles) == 1 else None)


def _read_column(
    name: str,
    column: pa.ChunkedArray,
    fit: _Fit,
    proven: set[Decimal],
    separator: str | None,
    noted: _Noted,
    found: WarningList,
) -> tuple[pd.Series, Column]:
    present = _without_words(column)
    if fit.styles and not _any(pc.match_substring_regex(present, number_text.CODE)):
        style = _choose_style(present, fit, proven, separator)
        noted.add_numbers(
            name, present, style, assumed=fit.ambiguous and len(proven) != 1, separator=separator
        )
        clean = blank_words(name, column, found, text=False)
        return number_text.parse_numbers(clean, style), Column(name, "number", style)
    if not fit.styles and len(present):
        if _are_booleans(present):
            return read_booleans(blank_words(name, column, found, text=False)), Column(name, "bool")
        order, assumed = date_text.find_order(present)
        if order:
            if assumed:
                found.add("date-order", f"The day is first in the dates in {name!r}, such as {present[0]}.")
            if (short := find_short_year(present)) is not None:
                found.add(
                    "years-completed", f"Years of two digits in {name!r}, such as {short}, are 1970 to 2069."
                )
            return _read_dates(name, blank_words(name, column, found, text=False), order, found)
        _warn_mixed(name, present, found)
    if fit.styles:
        noted.codes.append(name)
    clean = blank_words(name, column, found, text=not fit.styles)
    return to_text(clean), Column(name, "text" if clean.null_count < len(clean) else "empty")


def _choose_style(
    present: pa.ChunkedArray, fit: _Fit, proven: set[Decimal], separator: str | None
) -> Decimal:
    """Return the style of an ambiguous column: that of the table's other columns, if they agree."""
    if not fit.ambiguous:
        return fit.styles[0]
    if len(proven) == 1:
        return next(iter(proven))
    return "," if separator == ";" and number_text.has_mark(present, ",") and not proven else "."


def read_booleans(cells: pa.ChunkedArray) -> pd.Series:
    known = {"true": True, "false": False}
    values = [None if cell is None else known[cell.lower()] for cell in cells.to_pylist()]
    return pd.Series(values, dtype=bool if None not in values else object)


def _read_dates(
    name: str, cells: pa.ChunkedArray, order: date_text.Order, found: WarningList
) -> tuple[pd.Series, Column]:
    kept = date_text.blank_placeholders(name, date_text.parse_dates(cells, order), found)
    return kept, Column(name, "date" if kept.notna().any() else "empty", ".", order)


def _are_booleans(present: pa.ChunkedArray) -> bool:
    return all(_every(pc.match_substring_regex(some, BOOLEAN)) for some in (present[:SAMPLE], present))


def _warn_mixed(name: str, present: pa.ChunkedArray, found: WarningList) -> None:
    """Warn of a column that is text because of a few cells."""
    if not len(present):
        return
    for what, patterns in (
        ("numbers", list(number_text.PATTERNS.values())),
        ("dates", [date_text.ISO, date_text.PARTS]),
    ):
        for pattern in patterns:
            fit = pc.match_substring_regex(present, pattern)
            fitting = pc.sum(fit).as_py() or 0
            if fitting > MOSTLY * len(present):
                others = pc.unique(present.filter(pc.invert(fit))).to_pylist()
                reason = f"not {list_some(others)}" if others else "not in one form"
                found.add(
                    "mixed-column",
                    f"{name!r} is read as text: {fitting:,} of {len(present):,} cells are {what}, {reason}.",
                )
                return


def to_text(cells: pa.ChunkedArray) -> pd.Series:
    return pd.Series(cells.to_pylist(), dtype="str")


def _without_words(column: pa.ChunkedArray) -> pa.ChunkedArray:
    present = column.drop_null()
    return present.filter(pc.invert(find_words(present)))


def _every(mask: pa.ChunkedArray) -> bool:
    return bool(pc.all(mask).as_py())


def _any(mask: pa.ChunkedArray) -> bool:
    return bool(pc.any(mask).as_py())
