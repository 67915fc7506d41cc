"""Selects the columns to learn from, with the reason for each column left out."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from learn.columns import Column, detect_kind, require_columns
from learn.errors import ColumnUnfit

MAX_TEXT_VALUES = 50
ID_SHARE = 0.5
"""Text with more different values, as a share of the rows, identifies a row and predicts nothing."""


@dataclass
class Features:
    columns: list[Column] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)
    """`{"column", "why"}`"""


def select_features(frame: pd.DataFrame, target: str, asked: list[str] | None) -> Features:
    """Return the useful columns of those `asked` for, or of all. Raises ColumnMissing and ColumnUnfit."""
    require_columns(frame, [target, *(asked or [])])
    if asked and target in asked:
        raise ColumnUnfit(f"The target {target!r} can't be one of its features.")
    found = Features()
    for name in dict.fromkeys(asked or frame.columns):
        if name == target:
            continue
        values = frame[name]
        if why := _explain_useless(values):
            found.left_out.append({"column": name, "why": why})
        else:
            found.columns.append(Column(name, detect_kind(values)))
    if not found.columns:
        raise ColumnUnfit("No column is left to learn from: each is empty, constant or like an id.")
    return found


def _explain_useless(values: pd.Series) -> str | None:
    kind, different = detect_kind(values), values.nunique()
    if kind == "empty":
        return "empty"
    if different == 1 and values.notna().all():
        return "the same in every row"
    if kind == "text" and different > max(MAX_TEXT_VALUES, ID_SHARE * values.notna().sum()):
        return "nearly every row has a value of its own"
    return None
