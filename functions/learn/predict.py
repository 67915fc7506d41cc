"""A model and rows → predictions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from learn.columns import prepare_columns, require
from learn.model_file import Model, load_model
from learn.table import read_table
from sandbox.protocol import Event, Request

SHOWN = 100
MOST_SHOWN_CHARACTERS = 8_000
"""What of them goes into the job's result."""


def predict(request: Request) -> Iterator[Event]:
    """The events of the stages; raises learn.errors."""
    model = load_model(Path(request["model"]))
    yield {"stage": "load"}
    if "csv" in request:
        frame = read_table(Path(request["csv"]), request["limits"])
    else:
        frame = pd.DataFrame(request["params"]["rows"])
    require(frame, [column.name for column in model.columns])
    told = _predicted(model, prepare_columns(frame, model.columns))
    yield {"stage": "predict"}
    if request["params"]["format"] == "json":
        name, media_type = "predictions.json", "application/json"
        body = {"target": model.target, "problem": model.problem, "predictions": told}
        Path(name).write_text(json.dumps(body, allow_nan=False, ensure_ascii=False), encoding="utf-8")
    else:
        name, media_type = "predictions.csv", "text/csv"
        pd.DataFrame(told).to_csv(name, index=False)
    yield {"output": name, "media_type": media_type}
    yield {"stage": "save"}
    shown = told[:SHOWN]
    while len(json.dumps(shown)) > MOST_SHOWN_CHARACTERS:
        shown = shown[: len(shown) // 2]
    yield {"result": {"target": model.target, "rows": len(told), "predictions": shown}}


def _predicted(model: Model, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """`{"prediction"}` a row, and its `probability` where it is a class."""
    guessed = model.pipeline.predict(rows)
    if model.problem == "regression":
        return [{"prediction": float(value)} for value in guessed]
    sure = model.pipeline.predict_proba(rows).max(axis=1)
    return [
        {"prediction": model.classes[number], "probability": float(share)}
        for number, share in zip(guessed, sure, strict=True)
    ]
