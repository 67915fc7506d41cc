"""A table → a model and its report. The stages: read, choose, fit, test, explain, report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.inspection import permutation_importance
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from learn.choose import SCORING, build_unfitted, choose_metric, choose_model
from learn.columns import limit_number
from learn.handoff import MODEL_OUTPUT
from learn.metrics import evaluate, evaluate_baseline, predict_test
from learn.model_file import Model, save_model
from learn.names import trim_name
from learn.report import write_report
from learn.split import Split, split_table
from learn.table import Table, read_table
from sandbox.protocol import Event, Request

MANY_CELLS = 500_000
EXPLAINED_ROWS = 1_000
REPEATS = 3


def train(request: Request) -> Iterator[Event]:
    """Train the model and yield the events. Raises learn.errors."""
    table = read_table(Path(request["csv"]), request["limits"])
    params = dict(request["params"])
    params["target"] = trim_name(params["target"])
    params["features"] = params["features"] and [trim_name(name) for name in params["features"]]
    params["split_by"] = params["split_by"] and trim_name(params["split_by"])
    # On a small table, threads wait for each other longer than they work.
    with threadpool_limits(1 if table.frame.size < MANY_CELLS else None):
        yield from _run_stages(table, params)


def _run_stages(table: Table, params: dict[str, Any]) -> Iterator[Event]:
    split = split_table(table, params)
    yield {
        "log": f"Read {len(table.frame):,} rows; {len(split.features.columns)} columns can be learned from."
    }
    yield {"stage": "read"}
    metric = choose_metric(split.problem, params["metric"])
    kind, tried = choose_model(split, metric, params, table.warnings)
    yield {"log": _describe_choice(kind, metric, tried)}
    yield {"stage": "choose"}
    fitted = build_unfitted(kind, split, params).fit(split.x_train, split.y_train)
    model = Model(fitted, params["target"], split.problem, tuple(split.features.columns), split.classes)
    save_model(model, Path(MODEL_OUTPUT))
    yield {"stage": "fit"}
    predicted = predict_test(split.problem, fitted, split.x_test)
    result = {
        "problem": split.problem,
        "model": kind,
        "metric": metric,
        "rows": {"given": len(table.frame), "learned": len(split.x_train), "tested": len(split.x_test)},
        "test": evaluate(split.problem, fitted, split.x_test, split.y_test, predicted),
        "baseline": evaluate_baseline(split.problem, split.y_train, split.y_test),
        "warnings": table.warnings.to_json(),
    }
    yield {"stage": "test"}
    importance = _measure_importance(fitted, split, metric, params["seed"])
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
    plots = write_report(metrics, split.y_test, predicted, split.classes)
    yield {"output": MODEL_OUTPUT, "media_type": "application/octet-stream"}
    yield {"output": "metrics.json", "media_type": "application/json"}
    yield {"output": "report.html", "media_type": "text/html"}
    for plot in plots:
        yield {"output": plot, "media_type": "image/png"}
    yield {"stage": "report"}
    yield {"result": result}


def _describe_choice(kind: str, metric: str, tried: dict[str, float]) -> str:
    if not tried:
        return f"Took {kind}."
    # scikit-learn makes errors negative, so that the higher score is the better one.
    sign, best = (-1, "lowest") if metric in ("rmse", "mae") else (1, "highest")
    scores = ", ".join(f"{name} {sign * score:.4g}" for name, score in tried.items())
    return f"Compared by {metric}: {scores}. Took {kind}, the {best}."


def _measure_importance(fitted: Pipeline, split: Split, metric: str, seed: int) -> list[dict[str, Any]]:
    """Return the columns' importance, greatest first: the loss in score when a column is shuffled."""
    rows, y_test = split.x_test[:EXPLAINED_ROWS], split.y_test[:EXPLAINED_ROWS]
    if metric == "auc" and len(np.unique(y_test)) < len(split.classes):
        metric = "f1"  # the area needs a row of each class
    scoring = SCORING[metric]
    found = permutation_importance(
        fitted, rows, y_test, n_repeats=REPEATS, random_state=seed, scoring=scoring
    )
    ranked = sorted(zip(rows.columns, found.importances_mean, strict=True), key=lambda pair: -pair[1])
    return [{"column": name, "importance": limit_number(float(score)) or 0.0} for name, score in ranked]
