"""A model and rows → predictions."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from learn.columns import limit_number, prepare_columns, warn_of_huge_numbers
from learn.model_file import Model, load_model
from learn.table import Table, read_learned_rows, read_learned_table
from learn.warnings_list import WarningList, count, list_some
from sandbox.protocol import Event, Request

MAX_SHOWN_ROWS = 100
MAX_SHOWN_CHARACTERS = 8_000
"""Maximum size of the predictions in the job's result, as JSON."""


def predict(request: Request) -> Iterator[Event]:
    """Predict the rows and yield the events. Raises learn.errors."""
    model = load_model(Path(request["model"]))
    yield {"stage": "load"}
    table = _read_rows(request, model)
    prepared = prepare_columns(table.frame, model.columns)
    _warn_of_unknown_values(model, prepared, table.warnings)
    predictions = _predict_rows(model, prepared, table.warnings)
    yield {"stage": "predict"}
    if request["params"]["format"] == "json":
        name, media_type = "predictions.json", "application/json"
        body = {"target": model.target, "problem": model.problem, "predictions": predictions}
        Path(name).write_text(json.dumps(body, allow_nan=False, ensure_ascii=False), encoding="utf-8")
    else:
        name, media_type = "predictions.csv", "text/csv"
        pd.DataFrame(predictions).to_csv(name, index=False)
    yield {"output": name, "media_type": media_type}
    yield {"stage": "save"}
    shown = [_shorten(each) for each in predictions[:MAX_SHOWN_ROWS]]
    while len(json.dumps(shown)) > MAX_SHOWN_CHARACTERS:
        shown = shown[: len(shown) // 2]
    yield {
        "result": {
            "target": model.target,
            "rows": len(predictions),
            "predictions": shown,
            "warnings": table.warnings.to_json(),
        }
    }


def _read_rows(request: Request, model: Model) -> Table:
    if "csv" in request:
        table = read_learned_table(Path(request["csv"]), request["limits"], model.columns)
    else:
        table = read_learned_rows(request["params"]["rows"], request["limits"], model.columns)
    warn_of_huge_numbers(table.frame, model.columns, table.warnings)
    return table


def _warn_of_unknown_values(model: Model, rows: pd.DataFrame, found: WarningList) -> None:
    """Warn of text that the training table did not have. The model takes it as a rare value."""
    names = [column.name for column in model.columns if column.kind in ("text", "bool")]
    if not names:
        return
    steps = model.pipeline.named_steps["columns"].named_transformers_["categories"]
    for name, known in zip(names, steps.named_steps["one-hot"].categories_, strict=True):
        values = rows[name].dropna()
        unknown = values[~values.isin(list(known))]
        if len(unknown):
            found.add(
                "values-unknown",
                f"{count(len(unknown), 'row')} with a text in {name!r} that the model has not seen: "
                f"{list_some(unknown.unique().tolist())}.",
            )


def _predict_rows(model: Model, rows: pd.DataFrame, found: WarningList) -> list[dict[str, Any]]:
    """Return `{"prediction"}` for each row, with the `probability` of a predicted class."""
    predicted = model.pipeline.predict(rows)
    if model.problem == "regression":
        numbers = [float(value) if math.isfinite(value) else None for value in predicted]
        if missing := numbers.count(None):
            found.add("predictions-missing", f"{count(missing, 'row')} without a finite prediction.")
        return [{"prediction": number} for number in numbers]
    shares = model.pipeline.predict_proba(rows).max(axis=1)
    return [
        {"prediction": model.classes[number], "probability": float(share)}
        for number, share in zip(predicted, shares, strict=True)
    ]


def _shorten(prediction: dict[str, Any]) -> dict[str, Any]:
    """Return a prediction that a job's record can hold: no number beyond its range, no long text."""
    value = prediction["prediction"]
    if isinstance(value, float):
        value = limit_number(value)
    elif isinstance(value, str):
        value = value[:200]
    return prediction | {"prediction": value}
