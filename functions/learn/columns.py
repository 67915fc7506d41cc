"""The kinds of a table's columns, and their values in the form that a model takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from learn.errors import ColumnMissing, ColumnUnfit

Kind = Literal["number", "text", "bool", "empty"]
MAX_LISTED = 5
"""Maximum names in an error's detail."""


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind


def detect_kind(values: pd.Series) -> Kind:
    """Return the kind of the values that are present."""
    present = values.dropna()
    if present.empty:
        return "empty"
    if present.map(lambda value: isinstance(value, bool)).all() or values.dtype == bool:
        return "bool"
    if pd.api.types.is_numeric_dtype(values):
        return "number"
    return "text"


def require_columns(frame: pd.DataFrame, names: Iterable[str]) -> None:
    """Raise ColumnMissing unless the table has all the columns."""
    missing = [name for name in names if name not in frame.columns]
    if missing:
        more = f" and {len(missing) - MAX_LISTED} more" if len(missing) > MAX_LISTED else ""
        listed = ", ".join(repr(name) for name in missing[:MAX_LISTED])
        present = ", ".join(repr(str(name)) for name in frame.columns[:MAX_LISTED])
        raise ColumnMissing(f"The CSV has no column {listed}{more}. Its first columns are {present}.")


def prepare_columns(frame: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """Return the columns in the form that a model takes: numbers as floats, others as text.

    Raises ColumnUnfit if a column is not of its kind.
    """
    return pd.DataFrame({column.name: _prepare_column(frame[column.name], column) for column in columns})


def _prepare_column(values: pd.Series, column: Column) -> pd.Series:
    kind = detect_kind(values)
    if kind not in (column.kind, "empty"):
        raise ColumnUnfit(
            f"The column {column.name!r} holds {_describe(kind)}. The model needs {_describe(column.kind)}."
        )
    if column.kind == "number":
        return pd.to_numeric(values).astype("float64").replace([float("inf"), float("-inf")], float("nan"))
    return values.map(str, na_action="ignore").astype(object).where(values.notna(), float("nan"))


def _describe(kind: Kind) -> str:
    return {"number": "numbers", "text": "text", "bool": "true and false", "empty": "nothing"}[kind]
