"""Chooses the kind of model by cross-validation."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import Pipeline

from learn.pipelines import KINDS, build_pipeline
from learn.split import Split
from learn.warnings_list import WarningList

FOLDS = 3
TRIED_ROWS = 5_000
"""Maximum rows for choosing a kind of model."""
SCORING = {"regression": "neg_root_mean_squared_error", "classification": "f1_macro"}


def build_unfitted(kind: str, split: Split, params: dict[str, Any]) -> Pipeline:
    # The boosting's own test of when to stop needs two rows of each class.
    rare = bool(split.classes) and np.bincount(split.y_train, minlength=len(split.classes)).min() < 2
    return build_pipeline(
        kind, split.problem, split.features.columns, len(split.x_train), params["seed"], stop_early=not rare
    )


def choose_model(split: Split, params: dict[str, Any], found: WarningList) -> tuple[str, dict[str, float]]:
    """Return the kind of model, and the score of each kind that was tried. Higher is better.

    Classes with fewer rows than folds are left out of the comparison.
    """
    if params["model"] != "auto":
        return params["model"], {}
    rows, answers = split.x_train[:TRIED_ROWS], split.y_train[:TRIED_ROWS]  # the split has shuffled the rows
    if split.problem == "classification":
        common = np.bincount(answers)[answers] >= FOLDS
        rows, answers = rows[common], answers[common]
        if len(np.unique(answers)) < 2:
            found.add(
                "models-not-compared",
                f"Fewer than two classes have {FOLDS} rows to compare models with: {KINDS[0]!r} was taken.",
            )
            return KINDS[0], {}
    folds = (KFold if split.problem == "regression" else StratifiedKFold)(FOLDS)
    scores = {
        kind: float(
            cross_val_score(
                build_unfitted(kind, split, params), rows, answers, cv=folds, scoring=SCORING[split.problem]
            ).mean()
        )
        for kind in KINDS
    }
    finite = {kind: score for kind, score in scores.items() if np.isfinite(score)}
    if not finite:
        found.add("models-not-compared", f"No kind of model has a finite score: {KINDS[0]!r} was taken.")
        return KINDS[0], {}
    return max(finite, key=finite.__getitem__), finite
