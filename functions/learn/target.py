"""The column to predict: which problem it makes, and its values as a model learns them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from learn.columns import kind_of
from learn.errors import TargetUnfit

MAX_CLASSES = 100
FEW_NUMBERS = 20
"""A column of at most so many whole numbers is taken for classes."""

Array = np.ndarray[Any, Any]


def problem_of(values: pd.Series, asked: str) -> str:
    """`regression` or `classification`; TargetUnfit if what was asked for can't be."""
    kind = kind_of(values)
    if kind == "empty":
        raise TargetUnfit(f"The target {values.name!r} has no values.")
    if asked == "regression" and kind != "number":
        raise TargetUnfit(f"The target {values.name!r} holds no numbers, so it is no regression.")
    if asked != "auto":
        return asked
    if kind != "number":
        return "classification"
    present = values.dropna()
    whole = bool((present == present.round()).all())
    return "classification" if whole and present.nunique() <= FEW_NUMBERS else "regression"


def encode_target(values: pd.Series, problem: str) -> tuple[Array, tuple[Any, ...]]:
    """Values without a missing one → numbers, and the classes that the numbers stand for."""
    if problem == "regression":
        numbers = values.to_numpy(dtype="float64")
        if not np.isfinite(numbers).all():
            raise TargetUnfit(f"The target {values.name!r} holds an infinite number.")
        if numbers.min() == numbers.max():
            raise TargetUnfit(f"The target {values.name!r} is the same in every row.")
        return numbers, ()
    classes = sorted(values.unique().tolist())
    if not 2 <= len(classes) <= MAX_CLASSES:
        raise TargetUnfit(
            f"The target {values.name!r} has {len(classes):,} classes; it takes 2 to {MAX_CLASSES}."
        )
    number_of = {each: number for number, each in enumerate(classes)}
    return values.map(number_of).to_numpy(dtype="int64"), tuple(classes)
