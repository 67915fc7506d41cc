"""A table → a model and its report. The stages: read, choose, fit, test, explain, report."""

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

from learn.columns import prepare_columns
from learn.errors import TooFewRows
from learn.features import Features, select_features
from learn.handoff import MODEL_OUTPUT
from learn.metrics import evaluate, evaluate_baseline
from learn.model_file import Model, save_model
from learn.pipelines import KINDS, build_pipeline
from learn.report import write_report
from learn.table import read_table
from learn.target import Array, detect_problem, encode_target
from sandbox.protocol import Event, Request

MIN_ROWS = 20
MANY_CELLS = 500_000
FOLDS = 3
TRIED_ROWS = 5_000
"""Maximum rows for choosing a kind of model."""
EXPLAINED_ROWS = 1_000
REPEATS = 3
SCORING = {"regression": "neg_root_mean_squared_error", "classification": "f1_macro"}


@dataclass(frozen=True)
class Split:
    """The table, split into the rows to learn from and the rows to test with."""

    problem: str
    features: Features
    classes: tuple[Any, ...]
    x_train: pd.DataFrame
    x_test: pd.DataFrame
    y_train: Array
    y_test: Array


def train(request: Request) -> Iterator[Event]:
    """Train the model and yield the events. Raises learn.errors."""
    frame = read_table(Path(request["csv"]), request["limits"])
    # On a small table, threads wait for each other longer than they work.
    with threadpool_limits(1 if frame.size < MANY_CELLS else None):
        yield from _run_stages(frame, request["params"])


def _run_stages(frame: pd.DataFrame, params: dict[str, Any]) -> Iterator[Event]:
    split = _split(frame, params)
    yield {"stage": "read"}
    kind, tried = _choose_model(split, params)
    yield {"stage": "choose"}
    fitted = _build_unfitted(kind, split, params).fit(split.x_train, split.y_train)
    model = Model(fitted, params["target"], split.problem, tuple(split.features.columns), split.classes)
    save_model(model, Path(MODEL_OUTPUT))
    yield {"stage": "fit"}
    result = {
        "problem": split.problem,
        "model": kind,
        "rows": {"given": len(frame), "learned": len(split.x_train), "tested": len(split.x_test)},
        "test": evaluate(split.problem, fitted, split.x_test, split.y_test),
        "baseline": evaluate_baseline(split.problem, split.y_train, split.y_test),
    }
    yield {"stage": "test"}
    importance = _measure_importance(fitted, split, params["seed"])
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
    problem = detect_problem(frame[params["target"]], params["problem"])
    rows = frame[frame[params["target"]].notna()]
    if len(rows) < MIN_ROWS:
        raise TooFewRows(f"{len(rows)} rows have a target. {MIN_ROWS} are needed.")
    y_train, classes = encode_target(rows[params["target"]], problem)
    several = bool(classes) and np.bincount(y_train).min() >= 2
    enough = len(rows) * params["test_size"] >= len(classes)
    x_train, x_test, y_train, y_test = train_test_split(
        prepare_columns(rows, features.columns),
        y_train,
        test_size=params["test_size"],
        random_state=params["seed"],
        stratify=y_train if several and enough else None,  # each class on both sides, if possible
    )
    return Split(problem, features, classes, x_train, x_test, y_train, y_test)


def _build_unfitted(kind: str, split: Split, params: dict[str, Any]) -> Pipeline:
    return build_pipeline(kind, split.problem, split.features.columns, len(split.x_train), params["seed"])


def _choose_model(split: Split, params: dict[str, Any]) -> tuple[str, dict[str, float]]:
    """Return the kind of model, and the score of each kind that was tried. Higher is better."""
    if params["model"] != "auto":
        return params["model"], {}
    rows, y_train = split.x_train[:TRIED_ROWS], split.y_train[:TRIED_ROWS]  # the split has shuffled the rows
    folds = (KFold if split.problem == "regression" else StratifiedKFold)(FOLDS)
    if split.problem == "classification" and np.bincount(y_train).max() < FOLDS:
        return KINDS[0], {}
    scores = {
        kind: float(
            cross_val_score(
                _build_unfitted(kind, split, params), rows, y_train, cv=folds, scoring=SCORING[split.problem]
            ).mean()
        )
        for kind in KINDS
    }
    return max(KINDS, key=scores.__getitem__), scores


def _measure_importance(fitted: Pipeline, split: Split, seed: int) -> list[dict[str, Any]]:
    """Return the columns' importance, greatest first: the loss in score when a column is shuffled."""
    rows, y_test = split.x_test[:EXPLAINED_ROWS], split.y_test[:EXPLAINED_ROWS]
    found = permutation_importance(
        fitted, rows, y_test, n_repeats=REPEATS, random_state=seed, scoring=SCORING[split.problem]
    )
    ranked = sorted(zip(rows.columns, found.importances_mean, strict=True), key=lambda pair: -pair[1])
    return [{"column": name, "importance": float(score)} for name, score in ranked]
