"""What the columns of a table hold, and their values as a model takes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from learn.errors import ColumnMissing, ColumnUnfit

Kind = Literal["number", "text", "bool", "empty"]
TOLD = 5
"""How many names an error lists."""


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind


def kind_of(values: pd.Series) -> Kind:
    """By what is there; what is missing says nothing."""
    present = values.dropna()
    if present.empty:
        return "empty"
    if present.map(lambda value: isinstance(value, bool)).all() or values.dtype == bool:
        return "bool"
    if pd.api.types.is_numeric_dtype(values):
        return "number"
    return "text"


def require(frame: pd.DataFrame, names: Iterable[str]) -> None:
    """ColumnMissing unless all are there."""
    missing = [name for name in names if name not in frame.columns]
    if missing:
        more = f" and {len(missing) - TOLD} more" if len(missing) > TOLD else ""
        listed = ", ".join(repr(name) for name in missing[:TOLD])
        there = ", ".join(repr(str(name)) for name in frame.columns[:TOLD])
        raise ColumnMissing(f"There is no column {listed}{more}; the columns begin with {there}.")


def prepare_columns(frame: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """The columns as a model takes them: numbers as floats, all else as text; ColumnUnfit."""
    return pd.DataFrame({column.name: _prepare_column(frame[column.name], column) for column in columns})


def _prepare_column(values: pd.Series, column: Column) -> pd.Series:
    kind = kind_of(values)
    if kind not in (column.kind, "empty"):
        raise ColumnUnfit(f"The column {column.name!r} holds {_said(kind)}; {_said(column.kind)} is needed.")
    if column.kind == "number":
        return pd.to_numeric(values).astype("float64").replace([float("inf"), float("-inf")], float("nan"))
    return values.map(str, na_action="ignore").astype(object).where(values.notna(), float("nan"))


def _said(kind: Kind) -> str:
    return {"number": "numbers", "text": "text", "bool": "true and false", "empty": "nothing"}[kind]
