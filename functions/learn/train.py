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
from learn.columns import prepared
from learn.errors import TooFewRows
from learn.features import Features, chosen_features
from learn.metrics import baseline, measured
from learn.model_file import Model, save_model
from learn.pipelines import KINDS, pipeline
from learn.report import write_report
from learn.table import read_table
from learn.target import Array, learnable, problem_of
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
class Lesson:
    """What there is to learn, split into what is learned from and what is kept back."""

    problem: str
    features: Features
    classes: tuple[Any, ...]
    learned: pd.DataFrame
    kept: pd.DataFrame
    answers: Array
    truth: Array


def train(request: Request) -> Iterator[Event]:
    """The events of the stages; raises learn.errors."""
    frame = read_table(Path(request["csv"]), request["limits"])
    # Threads that share out small work wait for each other longer than they work.
    with threadpool_limits(1 if frame.size < MANY_CELLS else None):
        yield from _stages(frame, request["params"])


def _stages(frame: pd.DataFrame, params: dict[str, Any]) -> Iterator[Event]:
    lesson = _lesson(frame, params)
    yield {"stage": "read"}
    kind, tried = _chosen(lesson, params)
    yield {"stage": "choose"}
    fitted = _pipeline(kind, lesson, params).fit(lesson.learned, lesson.answers)
    model = Model(fitted, params["target"], lesson.problem, tuple(lesson.features.columns), lesson.classes)
    save_model(model, Path(MODEL_OUTPUT))
    yield {"stage": "fit"}
    result = {
        "problem": lesson.problem,
        "model": kind,
        "rows": {"given": len(frame), "learned": len(lesson.learned), "tested": len(lesson.kept)},
        "test": measured(lesson.problem, fitted, lesson.kept, lesson.truth),
        "baseline": baseline(lesson.problem, lesson.answers, lesson.truth),
    }
    yield {"stage": "test"}
    importance = _importance(fitted, lesson, params["seed"])
    metrics = result | {
        "target": params["target"],
        "features": [column.name for column in lesson.features.columns],
        "left_out": lesson.features.left_out,
        "tried": tried,
        "importance": importance,
        "seed": params["seed"],
    }
    Path("metrics.json").write_text(json.dumps(metrics, indent=2, allow_nan=False, ensure_ascii=False))
    yield {"stage": "explain"}
    plots = write_report(metrics, lesson.truth, fitted.predict(lesson.kept), lesson.classes)
    yield {"output": MODEL_OUTPUT, "media_type": "application/octet-stream"}
    yield {"output": "metrics.json", "media_type": "application/json"}
    yield {"output": "report.html", "media_type": "text/html"}
    for plot in plots:
        yield {"output": plot, "media_type": "image/png"}
    yield {"stage": "report"}
    yield {"result": result}


def _lesson(frame: pd.DataFrame, params: dict[str, Any]) -> Lesson:
    features = chosen_features(frame, params["target"], params["features"])
    problem = problem_of(frame[params["target"]], params["problem"])
    rows = frame[frame[params["target"]].notna()]
    if len(rows) < FEWEST_ROWS:
        raise TooFewRows(f"{len(rows)} rows have a target; {FEWEST_ROWS} are needed.")
    answers, classes = learnable(rows[params["target"]], problem)
    several = bool(classes) and np.bincount(answers).min() >= 2
    enough = len(rows) * params["test_size"] >= len(classes)
    learned, kept, answers, truth = train_test_split(
        prepared(rows, features.columns),
        answers,
        test_size=params["test_size"],
        random_state=params["seed"],
        stratify=answers if several and enough else None,  # each class in both parts, where it can be
    )
    return Lesson(problem, features, classes, learned, kept, answers, truth)


def _pipeline(kind: str, lesson: Lesson, params: dict[str, Any]) -> Pipeline:
    return pipeline(kind, lesson.problem, lesson.features.columns, len(lesson.learned), params["seed"])


def _chosen(lesson: Lesson, params: dict[str, Any]) -> tuple[str, dict[str, float]]:
    """The kind of model, and the score of each that was tried, higher being better."""
    if params["model"] != "auto":
        return params["model"], {}
    rows, answers = lesson.learned[:TRIED_ROWS], lesson.answers[:TRIED_ROWS]  # they are shuffled already
    folds = (KFold if lesson.problem == "regression" else StratifiedKFold)(FOLDS)
    if lesson.problem == "classification" and np.bincount(answers).max() < FOLDS:
        return KINDS[0], {}
    scores = {
        kind: float(
            cross_val_score(
                _pipeline(kind, lesson, params), rows, answers, cv=folds, scoring=SCORING[lesson.problem]
            ).mean()
        )
        for kind in KINDS
    }
    return max(KINDS, key=scores.__getitem__), scores


def _importance(fitted: Pipeline, lesson: Lesson, seed: int) -> list[dict[str, Any]]:
    """By column, greatest first: how much worse the model is when the column's values are shuffled."""
    rows, truth = lesson.kept[:EXPLAINED_ROWS], lesson.truth[:EXPLAINED_ROWS]
    found = permutation_importance(
        fitted, rows, truth, n_repeats=REPEATS, random_state=seed, scoring=SCORING[lesson.problem]
    )
    ranked = sorted(zip(rows.columns, found.importances_mean, strict=True), key=lambda pair: -pair[1])
    return [{"column": name, "importance": float(score)} for name, score in ranked]
