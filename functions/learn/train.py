"""A table → a model: read, choose, fit, test, explain, report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.inspection import permutation_importance
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score, train_test_split
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from heavylift.tasks.train_model import MODEL_OUTPUT
from learn.columns import prepare_columns
from learn.errors import TooFewRows
from learn.features import Features, select_features
from learn.metrics import baseline, evaluate
from learn.model_file import Model, save_model
from learn.pipelines import KINDS, pipeline
from learn.report import write_report
from learn.table import read_table
from learn.target import Array, encode_target, problem_of
from sandbox.protocol import Event, Request

FEWEST_ROWS = 20
MANY_CELLS = 500_000
FOLDS = 3
TRIED_ROWS = 5_000
"""Of the rows to learn from, for choosing among models."""
EXPLAINED_ROWS = 1_000
REPEATS = 3
SCORING = {"regression": "neg_root_mean_squared_error", "classification": "f1_macro"}


@dataclass(frozen=True)
class Split:
    """What there is to learn, split into what is learned from and what is kept back."""

    problem: str
    features: Features
    classes: tuple[Any, ...]
    x_train: pd.DataFrame
    x_test: pd.DataFrame
    y_train: Array
    y_test: Array


def train(request: Request) -> Iterator[Event]:
    """The events of the stages; raises learn.errors."""
    frame = read_table(Path(request["csv"]), request["limits"])
    # Threads that share out small work wait for each other longer than they work.
    with threadpool_limits(1 if frame.size < MANY_CELLS else None):
        yield from _stages(frame, request["params"])


def _stages(frame: pd.DataFrame, params: dict[str, Any]) -> Iterator[Event]:
    split = _split(frame, params)
    yield {"stage": "read"}
    kind, tried = _chosen(split, params)
    yield {"stage": "choose"}
    fitted = _pipeline(kind, split, params).fit(split.x_train, split.y_train)
    model = Model(fitted, params["target"], split.problem, tuple(split.features.columns), split.classes)
    save_model(model, Path(MODEL_OUTPUT))
    yield {"stage": "fit"}
    result = {
        "problem": split.problem,
        "model": kind,
        "rows": {"given": len(frame), "learned": len(split.x_train), "tested": len(split.x_test)},
        "test": evaluate(split.problem, fitted, split.x_test, split.y_test),
        "baseline": baseline(split.problem, split.y_train, split.y_test),
    }
    yield {"stage": "test"}
    importance = _importance(fitted, split, params["seed"])
    metrics = result | {
        "target": params["target"],
        "features": [column.name for column in split.features.columns],
        "left_out": split.features.left_out,
        "tried": tried,
        "importance": importance,
        "seed": params["seed"],
    }
    Path("metrics.json").write_text(json.dumps(metrics, indent=2, allow_nan=False, ensure_ascii=False))
    yield {"stage": "explain"}
    plots = write_report(metrics, split.y_test, fitted.predict(split.x_test), split.classes)
    yield {"output": MODEL_OUTPUT, "media_type": "application/octet-stream"}
    yield {"output": "metrics.json", "media_type": "application/json"}
    yield {"output": "report.html", "media_type": "text/html"}
    for plot in plots:
        yield {"output": plot, "media_type": "image/png"}
    yield {"stage": "report"}
    yield {"result": result}


def _split(frame: pd.DataFrame, params: dict[str, Any]) -> Split:
    features = select_features(frame, params["target"], params["features"])
    problem = problem_of(frame[params["target"]], params["problem"])
    rows = frame[frame[params["target"]].notna()]
    if len(rows) < FEWEST_ROWS:
        raise TooFewRows(f"{len(rows)} rows have a target; {FEWEST_ROWS} are needed.")
    y_train, classes = encode_target(rows[params["target"]], problem)
    several = bool(classes) and np.bincount(y_train).min() >= 2
    enough = len(rows) * params["test_size"] >= len(classes)
    x_train, x_test, y_train, y_test = train_test_split(
        prepare_columns(rows, features.columns),
        y_train,
        test_size=params["test_size"],
        random_state=params["seed"],
        stratify=y_train if several and enough else None,  # each class in both parts, where it can be
    )
    return Split(problem, features, classes, x_train, x_test, y_train, y_test)


def _pipeline(kind: str, split: Split, params: dict[str, Any]) -> Pipeline:
    return pipeline(kind, split.problem, split.features.columns, len(split.x_train), params["seed"])


def _chosen(split: Split, params: dict[str, Any]) -> tuple[str, dict[str, float]]:
    """The kind of model, and the score of each that was tried, higher being better."""
    if params["model"] != "auto":
        return params["model"], {}
    rows, y_train = split.x_train[:TRIED_ROWS], split.y_train[:TRIED_ROWS]  # they are shuffled already
    folds = (KFold if split.problem == "regression" else StratifiedKFold)(FOLDS)
    if split.problem == "classification" and np.bincount(y_train).max() < FOLDS:
        return KINDS[0], {}
    scores = {
        kind: float(
            cross_val_score(
                _pipeline(kind, split, params), rows, y_train, cv=folds, scoring=SCORING[split.problem]
            ).mean()
        )
        for kind in KINDS
    }
    return max(KINDS, key=scores.__getitem__), scores


def _importance(fitted: Pipeline, split: Split, seed: int) -> list[dict[str, Any]]:
    """By column, greatest first: how much worse the model is when the column's values are shuffled."""
    rows, y_test = split.x_test[:EXPLAINED_ROWS], split.y_test[:EXPLAINED_ROWS]
    found = permutation_importance(
        fitted, rows, y_test, n_repeats=REPEATS, random_state=seed, scoring=SCORING[split.problem]
    )
    ranked = sorted(zip(rows.columns, found.importances_mean, strict=True), key=lambda pair: -pair[1])
    return [{"column": name, "importance": float(score)} for name, score in ranked]
