"""The task `train-model`: trains a model that predicts one column of a table."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from heavylift import MODEL_NAME, Params, task
from learn.csv_input import ACCEPTS, LIMITS, sniff
from learn.handoff import MODEL_OUTPUT, fetch_table
from learn.learn_task import LearnTask


class TrainModelParams(Params):
    """What to predict, from which columns, and how."""

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
        description="The columns to predict it from. Default: all other suitable columns.",
    )
    problem: Literal["auto", "regression", "classification"] = Field(
        "auto",
        description="Predict a number or a class. `auto` treats text, true/false and at most 20 different "
        "whole numbers as classes.",
    )
    model: Literal["auto", "linear", "forest", "boosting"] = Field(
        "auto", description="Kind of model. `auto` compares all by cross-validation and uses the best."
    )
    metric: Literal["auto", "rmse", "mae", "r2", "accuracy", "f1", "auc"] = Field(
        "auto",
        description="The score by which `model: auto` chooses, and by which columns are ranked. `auto`: rmse "
        "of numbers, f1 of classes.",
    )
    test_size: float = Field(
        0.2, ge=0.05, le=0.5, description="Share of the rows that is held out to test the model."
    )
    split_by: str | None = Field(
        None,
        max_length=200,
        description="A column of dates or numbers: the model learns from its lowest values and is tested on "
        "the greatest, such as the latest days. Default: the rows to test with are drawn at random.",
    )
    keep: str | None = Field(
        None,
        pattern=rf"^{MODEL_NAME}$",
        description="Keeps the model under this name, as its next version, beyond the job's expiry. "
        "`predict` takes it by this name.",
    )
    seed: int = Field(0, ge=0, lt=2**32, description="The same table, params and seed give the same model.")


@task(
    "train-model",
    title="Train a model",
    description=(
        "Trains a model that predicts one column of a table from the others. Handles missing values, "
        f"numbers, dates, text, true/false. Outputs: `{MODEL_OUTPUT}` for the task predict, `metrics.json` "
        "(measured on held-out rows, beside the baseline of a constant prediction), "
        "`report.html`, and plots as PNG. Progress is counted in six stages: read, choose, fit, test, "
        "explain, report."
    ),
    params=TrainModelParams,
    accepts=ACCEPTS,
    sniff=sniff,
    keeps={"keep": MODEL_OUTPUT},
    limits=LIMITS,
    max_attempts=2,
    rank=30,
)
class TrainModelTask(LearnTask[TrainModelParams]):
    stages = 6
    fetch_files = staticmethod(fetch_table)
