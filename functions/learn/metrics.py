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

from learn.columns import MAX_MAGNITUDE, MIN_MAGNITUDE

Array = np.ndarray[Any, Any]


def evaluate(problem: str, fitted: Pipeline, rows: Any, truth: Array) -> dict[str, float | None]:
    """Score the fitted model on rows that it has not seen: rmse, mae, r2, or accuracy, f1, auc."""
    if problem == "regression":
        return score_regression(truth, limit_predictions(fitted.predict(rows)))
    return score_classification(truth, fitted.predict(rows)) | {"auc": _score_auc(fitted, rows, truth)}


def evaluate_baseline(problem: str, learned: Array, truth: Array) -> dict[str, float | None]:
    """Return the same scores for always predicting the mean, or the most frequent class, of `learned`."""
    if problem == "regression":
        return score_regression(truth, np.full(len(truth), learned.mean()))
    frequent = np.bincount(learned).argmax()
    return score_classification(truth, np.full(len(truth), frequent)) | {"auc": 0.5}


def score_regression(truth: Array, predicted: Array) -> dict[str, float | None]:
    with np.errstate(all="ignore"):
        return {
            "rmse": limit_score(float(root_mean_squared_error(truth, predicted))),
            "mae": limit_score(float(mean_absolute_error(truth, predicted))),
            "r2": limit_score(float(r2_score(truth, predicted))) if len(truth) > 1 else None,
        }


def limit_score(score: float) -> float | None:
    """Return a score that a job's record can hold: the tiniest are 0, infinite and huge ones None."""
    if not abs(score) <= MAX_MAGNITUDE:
        return None
    return score if abs(score) >= MIN_MAGNITUDE else 0.0


def limit_predictions(predicted: Array) -> Array:
    """Return the predictions within the range of targets, for scores and pictures."""
    limited: Array = np.clip(np.nan_to_num(predicted), -MAX_MAGNITUDE, MAX_MAGNITUDE)
    return limited


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
