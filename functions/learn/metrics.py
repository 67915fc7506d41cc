"""How good a model is, and how good always guessing the same would be."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import (
    accuracy_score,
    f1_score,
    mean_absolute_error,
    r2_score,
    roc_auc_score,
    root_mean_squared_error,
)
from sklearn.pipeline import Pipeline

Array = np.ndarray[Any, Any]


def evaluate(problem: str, fitted: Pipeline, rows: Any, truth: Array) -> dict[str, float | None]:
    """The fitted model on rows that it has not seen: rmse, mae, r2 or accuracy, f1, auc."""
    if problem == "regression":
        return regression(truth, fitted.predict(rows))
    return classification(truth, fitted.predict(rows)) | {"auc": _auc(fitted, rows, truth)}


def baseline(problem: str, learned: Array, truth: Array) -> dict[str, float | None]:
    """The same for always guessing the mean, or the most usual class, of the rows that were learned from."""
    if problem == "regression":
        return regression(truth, np.full(len(truth), learned.mean()))
    usual = np.bincount(learned).argmax()
    return classification(truth, np.full(len(truth), usual)) | {"auc": 0.5}


def regression(truth: Array, guessed: Array) -> dict[str, float | None]:
    return {
        "rmse": float(root_mean_squared_error(truth, guessed)),
        "mae": float(mean_absolute_error(truth, guessed)),
        "r2": float(r2_score(truth, guessed)) if len(truth) > 1 else None,
    }


def classification(truth: Array, guessed: Array) -> dict[str, float | None]:
    return {
        "accuracy": float(accuracy_score(truth, guessed)),
        "f1": float(f1_score(truth, guessed, average="macro", zero_division=0)),
    }


def _auc(fitted: Pipeline, rows: Any, truth: Array) -> float | None:
    """Area under the ROC curve, one class against the rest; None where the test rows lack a class."""
    known = fitted.classes_
    if len(np.unique(truth)) < len(known):
        return None
    scores = fitted.predict_proba(rows)
    if len(known) == 2:
        return float(roc_auc_score(truth, scores[:, 1]))
    return float(roc_auc_score(truth, scores, multi_class="ovr", average="weighted", labels=known))
