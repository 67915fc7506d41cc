"""Selects the columns to learn from, with the reason for each column left out."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from learn.columns import Column, Kind, limit_numbers, require_columns
from learn.errors import ColumnUnfit

MAX_TEXT_VALUES = 50
ID_SHARE = 0.5
"""Text with more different values, as a share of the rows, identifies a row and predicts nothing."""


@dataclass
class Features:
    columns: list[Column] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)
    """`{"column", "why"}`"""


def select_features(
    frame: pd.DataFrame, columns: list[Column], target: str, asked: list[str] | None
) -> Features:
    """Return the useful columns of those `asked` for, or of all. Raises ColumnMissing and ColumnUnfit."""
    require_columns(frame.columns, [target, *(asked or [])])
    if asked and target in asked:
        raise ColumnUnfit(f"The target {target!r} can't be one of its features.")
    found = Features()
    known = {column.name: column for column in columns}
    for name in dict.fromkeys(asked or known):
        if name == target:
            continue
        if why := _explain_useless(frame[name], known[name].kind):
            found.left_out.append({"column": name, "why": why})
        else:
            found.columns.append(known[name])
    if not found.columns:
        raise ColumnUnfit("No column is left to learn from: each is empty, constant or like an id.")
    return found


def _explain_useless(values: pd.Series, kind: Kind) -> str | None:
    if kind == "number":
        values = limit_numbers(values)
    different = values.nunique()
    if kind == "empty" or different == 0:
        return "empty"
    if different == 1 and values.notna().all():
        return "the same in every row"
    if kind == "text" and different > max(MAX_TEXT_VALUES, ID_SHARE * values.notna().sum()):
        return "nearly every row has a value of its own"
    return None
