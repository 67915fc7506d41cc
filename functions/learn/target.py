"""The column to predict: the kind of problem, and the values in the form that a model learns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from learn.columns import MAX_MAGNITUDE, detect_kind
from learn.errors import TargetUnfit

MAX_CLASSES = 100
MAX_NUMBER_CLASSES = 20
"""Maximum different whole numbers in a column that counts as classes."""

Array = np.ndarray[Any, Any]


def detect_problem(values: pd.Series, asked: str) -> str:
    """Return `regression` or `classification`. Raises TargetUnfit if the target does not fit `asked`."""
    kind = detect_kind(values)
    if kind == "empty":
        raise TargetUnfit(f"The target {values.name!r} has no values.")
    if asked == "regression" and kind != "number":
        raise TargetUnfit(f"The target {values.name!r} holds no numbers, so regression is not possible.")
    if asked != "auto":
        return asked
    if kind != "number":
        return "classification"
    present = values.dropna()
    whole = bool((present == present.round()).all()) and bool((present.abs() < 2**53).all())
    return "classification" if whole and present.nunique() <= MAX_NUMBER_CLASSES else "regression"


def encode_target(values: pd.Series, problem: str) -> tuple[Array, tuple[Any, ...]]:
    """Return the values as numbers, and the classes that the numbers stand for. No value may be missing.

    Raises TargetUnfit.
    """
    _require_finite(values)
    if problem == "regression":
        numbers = values.to_numpy(dtype="float64")
        if numbers.min() == numbers.max():
            raise TargetUnfit(f"The target {values.name!r} is the same in every row.")
        return numbers, ()
    labels = _make_labels(values)
    classes = sorted(set(labels))
    if not 2 <= len(classes) <= MAX_CLASSES:
        raise TargetUnfit(
            f"The target {values.name!r} has {len(classes):,} classes. It needs 2 to {MAX_CLASSES}."
        )
    number_of = {each: number for number, each in enumerate(classes)}
    return np.array([number_of[each] for each in labels], dtype="int64"), tuple(classes)


def _require_finite(values: pd.Series) -> None:
    if detect_kind(values) != "number":
        return
    unfit = values[~(values.astype("float64").abs() <= MAX_MAGNITUDE)]
    if len(unfit):
        raise TargetUnfit(
            f"The target {values.name!r} is {unfit.iloc[0]} in row {unfit.index[0] + 1:,}: "
            f"infinite or above {MAX_MAGNITUDE:g}."
        )


def _make_labels(values: pd.Series) -> list[Any]:
    """Return the classes in a form that JSON has: whole numbers, numbers, booleans or text."""
    kind = detect_kind(values)
    if kind in ("text", "date"):
        return [str(each) for each in values.astype(str)]
    labels: list[Any] = values.tolist()
    if kind == "number" and all(float(each).is_integer() for each in labels):
        return [int(each) for each in labels]
    return labels
