"""The task `predict`: predicts rows with a model of `train-model`."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, model_validator

from heavylift import MODEL_NAME, OutputNamed, Params, task
from learn.csv_input import ACCEPTS, LIMITS, sniff
from learn.handoff import MODEL_OUTPUT, fetch_model_and_rows
from learn.learn_task import LearnTask

MAX_ROWS_BYTES = 100_000
"""Params are stored in the job's record, an item of at most 400 KB."""
MIN_MAGNITUDE, MAX_MAGNITUDE = 1e-100, 1e100
"""The table can store any number of a magnitude between these."""


def _check_magnitude(number: float) -> float:
    if number and not MIN_MAGNITUDE <= abs(number) <= MAX_MAGNITUDE:
        raise ValueError(
            f"A number must be 0 or have a magnitude between {MIN_MAGNITUDE:g} and {MAX_MAGNITUDE:g}"
        )
    return number


def _check_size(rows: list[Row]) -> list[Row]:
    if len(json.dumps(rows)) > MAX_ROWS_BYTES:
        raise ValueError(f"The rows are longer than {MAX_ROWS_BYTES:,} bytes; send them as a table")
    return rows


Integer = Annotated[StrictInt, Field(ge=-(2**53), le=2**53)]
Number = Annotated[StrictFloat, Field(allow_inf_nan=False), AfterValidator(_check_magnitude)]
Text = Annotated[str, Field(max_length=10_000)]
Row = dict[str, StrictBool | Integer | Number | Text | None]


class PredictParams(Params):
    """Which model to use, and the rows to predict."""

    model_config = ConfigDict(
        title="predict",
        json_schema_extra={
            "examples": [
                {
                    "model_job": "0197b4e2-7d1c-7c3e-9a51-3f6f0c2d8e11",
                    "rows": [{"age": 48, "plan": "basic"}, {"age": 31, "plan": None}],
                },
                {"model": "churn@3", "rows": [{"age": 48, "plan": "basic"}]},
            ]
        },
    )

    model: str | None = Field(
        None,
        pattern=rf"^{MODEL_NAME}(@[1-9][0-9]{{0,8}})?$",
        description="A model that was kept, by its name: `churn`, or `churn@3` for that version of it. "
        "Give this or `model_job`.",
    )
    model_job: str | None = Field(
        None,
        min_length=1,
        max_length=64,
        description="The id of a job of the task train-model. If it has not ended, this job waits for it. "
        "Give this or `model`.",
    )
    rows: Annotated[list[Row], AfterValidator(_check_size)] | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="Up to 1,000 rows, each a value by column; null is a missing value. Or send a table.",
    )
    format: Literal["json", "csv"] = Field("json", description="Format of the output with the predictions.")

    @model_validator(mode="after")
    def _one_model(self) -> PredictParams:
        if (self.model is None) == (self.model_job is None):
            raise ValueError("give either model, the name of a kept one, or model_job")
        return self


MODEL = OutputNamed(task="train-model", output=MODEL_OUTPUT)


@task(
    "predict",
    title="Predict",
    description=(
        "Predicts with a model of train-model. Give the rows either in the params or as a table. The output "
        "`predictions.json` or `predictions.csv` has one prediction per row, in order; a predicted class has "
        "its probability. The result shows the first hundred."
    ),
    params=PredictParams,
    input="optional",
    accepts=ACCEPTS,
    sniff=sniff,
    job_params={"model_job": MODEL},
    model_params={"model": MODEL},
    limits=LIMITS,
    max_attempts=2,
    deadline_s=1800,
    rank=40,
)
class PredictTask(LearnTask[PredictParams]):
    stages = 3
    fetch_files = staticmethod(fetch_model_and_rows)
