"""The columns to learn from, and why others are left out."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from learn.columns import Column, kind_of, require
from learn.errors import ColumnUnfit

MANY_VALUES = 50
LIKE_AN_ID = 0.5
"""Text with more different values than this share of the rows tells rows apart, and nothing else."""


@dataclass
class Features:
    columns: list[Column] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)
    """`{"column", "why"}`"""


def select_features(frame: pd.DataFrame, target: str, asked: list[str] | None) -> Features:
    """Of those asked for, or of all; ColumnMissing, or ColumnUnfit if not one can serve."""
    require(frame, [target, *(asked or [])])
    if asked and target in asked:
        raise ColumnUnfit(f"The target {target!r} can't be one of its features.")
    found = Features()
    for name in dict.fromkeys(asked or frame.columns):
        if name == target:
            continue
        values = frame[name]
        if why := _useless(values):
            found.left_out.append({"column": name, "why": why})
        else:
            found.columns.append(Column(name, kind_of(values)))
    if not found.columns:
        raise ColumnUnfit("There is no column to learn from: each is empty, or constant, or like an id.")
    return found


def _useless(values: pd.Series) -> str | None:
    kind, different = kind_of(values), values.nunique()
    if kind == "empty":
        return "empty"
    if different == 1 and values.notna().all():
        return "the same in every row"
    if kind == "text" and different > max(MANY_VALUES, LIKE_AN_ID * values.notna().sum()):
        return "nearly every row has a value of its own"
    return None
