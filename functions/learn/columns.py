"""The kinds of a table's columns, and their values in the form that a model takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from learn.errors import ColumnMissing
from learn.warnings_list import WarningList, count

Kind = Literal["number", "text", "bool", "date", "empty"]
EPOCH = pd.Timestamp(1970, 1, 1)
MIN_MAGNITUDE, MAX_MAGNITUDE = 1e-100, 1e100
"""Beyond these the sums of squares over- or underflow."""
MAX_LISTED = 5
"""Maximum names in an error's detail."""


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    decimal: Literal[".", ","] = "."
    """Of numbers: the decimal mark in the table that a model learned from."""
    dates: Literal["", "iso", "day-first", "month-first"] = ""
    """Of dates: their form in that table."""


def detect_kind(values: pd.Series) -> Kind:
    """Return the kind of the values that are present."""
    present = values.dropna()
    if present.empty:
        return "empty"
    # Only a column with gaps holds booleans as objects. No other one is looked at cell by cell.
    if values.dtype == bool or (
        values.dtype == object and present.map(lambda value: isinstance(value, bool)).all()
    ):
        return "bool"
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    if pd.api.types.is_numeric_dtype(values):
        return "number"
    return "text"


def require_columns(present: Iterable[str], names: Iterable[str]) -> None:
    """Raise ColumnMissing unless the table has all the columns."""
    columns = list(present)
    missing = [name for name in names if name not in columns]
    if missing:
        more = f" and {len(missing) - MAX_LISTED} more" if len(missing) > MAX_LISTED else ""
        listed = ", ".join(repr(name) for name in missing[:MAX_LISTED])
        first = ", ".join(repr(str(name)) for name in columns[:MAX_LISTED])
        raise ColumnMissing(f"The table has no column {listed}{more}. Its first columns are {first}.")


def prepare_columns(frame: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """Return the columns in the form that a model takes: numbers and dates as floats, others as text.

    An infinite or huge number is missing; a date is its number of days since 1970.
    """
    return pd.DataFrame({column.name: _prepare_column(frame[column.name], column) for column in columns})


def limit_numbers(values: pd.Series) -> pd.Series:
    """Return floats without those whose squares overflow. The tiniest are 0."""
    numbers = values.astype("float64")
    kept = numbers.where(numbers.abs() <= MAX_MAGNITUDE)
    return kept.mask(kept.abs() < MIN_MAGNITUDE, 0.0)


def limit_number(number: float) -> float | None:
    """Return a number that a job's record can hold: the tiniest are 0, infinite and huge ones None."""
    if not abs(number) <= MAX_MAGNITUDE:
        return None
    return number if abs(number) >= MIN_MAGNITUDE else 0.0


def needs_limits(values: pd.Series) -> bool:
    size = values.abs()
    return bool(((size > MAX_MAGNITUDE) | ((size > 0) & (size < MIN_MAGNITUDE))).any())


def warn_of_huge_numbers(frame: pd.DataFrame, columns: Iterable[Column], found: WarningList) -> None:
    """Warn of the numbers that `limit_numbers` leaves out."""
    for column in columns:
        if column.kind == "number" and (huge := int((frame[column.name].abs() > MAX_MAGNITUDE).sum())):
            found.add(
                "numbers-out-of-range",
                f"{count(huge, 'number')} in {column.name!r} taken as missing: "
                f"infinite or above {MAX_MAGNITUDE:g}.",
            )


def _prepare_column(values: pd.Series, column: Column) -> pd.Series:
    if column.kind == "number":
        return limit_numbers(values)
    if column.kind == "date":
        return (values - EPOCH) / pd.Timedelta(days=1)
    return values.map(str, na_action="ignore").astype(object).where(values.notna(), float("nan"))
