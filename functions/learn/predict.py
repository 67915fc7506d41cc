"""A model and rows → predictions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from learn.columns import prepare_columns, require_columns
from learn.model_file import Model, load_model
from learn.table import read_table
from sandbox.protocol import Event, Request

MAX_SHOWN_ROWS = 100
MAX_SHOWN_CHARACTERS = 8_000
"""Maximum size of the predictions in the job's result, as JSON."""


def predict(request: Request) -> Iterator[Event]:
    """Predict the rows and yield the events. Raises learn.errors."""
    model = load_model(Path(request["model"]))
    yield {"stage": "load"}
    if "csv" in request:
        frame = read_table(Path(request["csv"]), request["limits"])
    else:
        frame = pd.DataFrame(request["params"]["rows"])
    require_columns(frame, [column.name for column in model.columns])
    predictions = _predict_rows(model, prepare_columns(frame, model.columns))
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
    shown = predictions[:MAX_SHOWN_ROWS]
    while len(json.dumps(shown)) > MAX_SHOWN_CHARACTERS:
        shown = shown[: len(shown) // 2]
    yield {"result": {"target": model.target, "rows": len(predictions), "predictions": shown}}


def _predict_rows(model: Model, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return `{"prediction"}` for each row, with the `probability` of a predicted class."""
    predicted = model.pipeline.predict(rows)
    if model.problem == "regression":
        return [{"prediction": float(value)} for value in predicted]
    shares = model.pipeline.predict_proba(rows).max(axis=1)
    return [
        {"prediction": model.classes[number], "probability": float(share)}
        for number, share in zip(predicted, shares, strict=True)
    ]
