"""The scores of a model, and of a baseline that always predicts the same value."""

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

from learn.columns import MAX_MAGNITUDE, limit_number

Array = np.ndarray[Any, Any]


def predict_test(problem: str, fitted: Pipeline, rows: Any) -> Array:
    """Return the predictions for scores and pictures: numbers within the range of targets, or classes."""
    predicted: Array = fitted.predict(rows)
    if problem == "regression":
        predicted = np.clip(np.nan_to_num(predicted), -MAX_MAGNITUDE, MAX_MAGNITUDE)
    return predicted


def evaluate(
    problem: str, fitted: Pipeline, rows: Any, truth: Array, predicted: Array
) -> dict[str, float | None]:
    """Score the predictions for rows that the model has not seen: rmse, mae, r2, or accuracy, f1, auc."""
    if problem == "regression":
        return score_regression(truth, predicted)
    return score_classification(truth, predicted) | {"auc": _score_auc(fitted, rows, truth)}


def evaluate_baseline(problem: str, learned: Array, truth: Array) -> dict[str, float | None]:
    """Return the same scores for always predicting the mean, or the most frequent class, of `learned`."""
    if problem == "regression":
        return score_regression(truth, np.full(len(truth), learned.mean()))
    frequent = np.bincount(learned).argmax()
    return score_classification(truth, np.full(len(truth), frequent)) | {"auc": 0.5}


def score_regression(truth: Array, predicted: Array) -> dict[str, float | None]:
    with np.errstate(all="ignore"):
        return {
            "rmse": limit_number(float(root_mean_squared_error(truth, predicted))),
            "mae": limit_number(float(mean_absolute_error(truth, predicted))),
            "r2": limit_number(float(r2_score(truth, predicted))) if len(truth) > 1 else None,
        }


def score_classification(truth: Array, predicted: Array) -> dict[str, float | None]:
    return {
        "accuracy": float(accuracy_score(truth, predicted)),
        "f1": float(f1_score(truth, predicted, average="macro", zero_division=0)),
    }


def _score_auc(fitted: Pipeline, rows: Any, truth: Array) -> float | None:
    """Return the area under the ROC curve, one class against the rest, or None if the rows lack a class."""
    known = fitted.classes_
    if set(np.unique(truth)) != set(known):
        return None
    scores = fitted.predict_proba(rows)
    if len(known) == 2:
        return float(roc_auc_score(truth, scores[:, 1]))
    return float(roc_auc_score(truth, scores, multi_class="ovr", average="weighted", labels=known))
