"""Chooses the kind of model by cross-validation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold, StratifiedKFold, TimeSeriesSplit, cross_val_score
from sklearn.pipeline import Pipeline

from learn.errors import TargetUnfit
from learn.pipelines import KINDS, build_pipeline
from learn.split import Split
from learn.target import Array
from learn.warnings_list import WarningList

FOLDS = 3
TRIED_ROWS = 5_000
"""Maximum rows for choosing a kind of model."""
SCORING = {
    "rmse": "neg_root_mean_squared_error",
    "mae": "neg_mean_absolute_error",
    "r2": "r2",
    "accuracy": "accuracy",
    "f1": "f1_macro",
    "auc": "roc_auc_ovr_weighted",
}
OF_NUMBERS = ("rmse", "mae", "r2")


def choose_metric(problem: str, asked: str) -> str:
    """Return the metric, a key of SCORING. Raises TargetUnfit if it does not fit the problem."""
    if asked == "auto":
        return "rmse" if problem == "regression" else "f1"
    if (asked in OF_NUMBERS) != (problem == "regression"):
        raise TargetUnfit(f"The metric {asked!r} does not fit a {problem}.")
    return asked


def build_unfitted(kind: str, split: Split, params: dict[str, Any]) -> Pipeline:
    # The boosting's own test of when to stop needs two rows of each class.
    rare = bool(split.classes) and np.bincount(split.y_train, minlength=len(split.classes)).min() < 2
    return build_pipeline(
        kind, split.problem, split.features.columns, len(split.x_train), params["seed"], stop_early=not rare
    )


def choose_model(
    split: Split, metric: str, params: dict[str, Any], found: WarningList
) -> tuple[str, dict[str, float]]:
    """Return the kind of model, and the score of each kind that was tried. Higher is better.

    Classes with fewer rows than folds are left out of the comparison.
    """
    if params["model"] != "auto":
        return params["model"], {}
    rows, answers = _pick_rows(split)
    if split.problem == "classification":
        common = np.bincount(answers)[answers] >= FOLDS
        rows, answers = rows[common], answers[common]
        if len(np.unique(answers)) < 2:
            found.add(
                "models-not-compared",
                f"Fewer than two classes have {FOLDS} rows to compare models with: {KINDS[0]!r} was taken.",
            )
            return KINDS[0], {}
    scoring = SCORING[metric]
    folds: Any = TimeSeriesSplit(FOLDS) if split.ordered else _make_folds(split.problem)
    scores = {
        kind: _score(build_unfitted(kind, split, params), rows, answers, folds, scoring) for kind in KINDS
    }
    finite = {kind: score for kind, score in scores.items() if np.isfinite(score)}
    if not finite:
        found.add("models-not-compared", f"No kind of model has a finite score: {KINDS[0]!r} was taken.")
        return KINDS[0], {}
    return max(finite, key=finite.__getitem__), finite


def _pick_rows(split: Split) -> tuple[pd.DataFrame, Array]:
    """Return the last of ordered rows. Other rows are shuffled."""
    some = slice(-TRIED_ROWS, None) if split.ordered else slice(TRIED_ROWS)
    return split.x_train[some], split.y_train[some]


def _make_folds(problem: str) -> Any:
    return (KFold if problem == "regression" else StratifiedKFold)(FOLDS)


def _score(model: Pipeline, rows: pd.DataFrame, answers: Array, folds: Any, scoring: str) -> float:
    """Return the mean score, or NaN if a fold can't be scored, such as one of a single class."""
    try:
        return float(cross_val_score(model, rows, answers, cv=folds, scoring=scoring).mean())
    except ValueError:
        return float("nan")
