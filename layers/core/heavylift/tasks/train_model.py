"""`train-model`: a table in, a model that predicts one of its columns out (`functions/learn`)."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from heavylift.tasks.csv_input import CSV, LIMITS, sniff
from heavylift.tasks.spec import Params, TaskSpec

MODEL_OUTPUT = "model.skops"


class TrainModelParams(Params):
    """What is to be predicted, from what, and how."""

    model_config = ConfigDict(
        title="train-model",
        json_schema_extra={
            "examples": [
                {"target": "progression"},
                {"target": "churned", "features": ["age", "plan"], "model": "boosting", "test_size": 0.3},
            ]
        },
    )

    target: str = Field(min_length=1, max_length=200, description="The column to predict.")
    features: list[str] | None = Field(
        None,
        min_length=1,
        max_length=500,
        description="The columns to predict it from. Default: all others that can serve.",
    )
    problem: Literal["auto", "regression", "classification"] = Field(
        "auto",
        description="Predict a number or a class. `auto` takes a column of text, of true and false, or of at "
        "most 20 whole numbers as classes.",
    )
    model: Literal["auto", "linear", "forest", "boosting"] = Field(
        "auto", description="Kind of model. `auto` tries all by cross-validation and takes the best."
    )
    test_size: float = Field(
        0.2, ge=0.05, le=0.5, description="Share of the rows that is kept back to test the model with."
    )
    seed: int = Field(0, ge=0, lt=2**32, description="The same table, params and seed give the same model.")


SPEC = TaskSpec(
    name="train-model",
    title="Train a model",
    description=(
        "Learns to predict one column of a CSV from the others; missing values, numbers, text and "
        f"true/false are taken as they come. Outputs: `{MODEL_OUTPUT}` for the task predict, `metrics.json` "
        "(measured on rows the model has not seen, beside the baseline of always guessing the same), "
        "`report.html`, and plots as PNG. Progress is counted in six stages: read, choose, fit, test, "
        "explain, report."
    ),
    queue="learn",
    params=TrainModelParams,
    accepts=(CSV,),
    sniff=sniff,
    limits=LIMITS,
    max_attempts=2,
    deadline_s=3600,
)
