"""`predict`: a model of `train-model` and rows in, predictions out. The work is in `functions/learn`."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StrictFloat, StrictInt

from heavylift.tasks.csv_input import CSV, LIMITS, sniff
from heavylift.tasks.spec import OutputNamed, Params, TaskSpec
from heavylift.tasks.train_model import MODEL_OUTPUT
from heavylift.tasks.train_model import SPEC as TRAIN_MODEL

MAX_ROWS_BYTES = 100_000
"""Params are kept in the job's record, which has room for 400 KB."""
SMALLEST, LARGEST = 1e-100, 1e100
"""Between them the table can keep any number."""


def _keepable(number: float) -> float:
    if number and not SMALLEST <= abs(number) <= LARGEST:
        raise ValueError(f"A number has to be 0 or between {SMALLEST:g} and {LARGEST:g}")
    return number


def _short(rows: list[Row]) -> list[Row]:
    if len(json.dumps(rows)) > MAX_ROWS_BYTES:
        raise ValueError(f"The rows are longer than {MAX_ROWS_BYTES:,} bytes; send them as a CSV")
    return rows


Integer = Annotated[StrictInt, Field(ge=-(2**53), le=2**53)]
Number = Annotated[StrictFloat, Field(allow_inf_nan=False), AfterValidator(_keepable)]
Text = Annotated[str, Field(max_length=10_000)]
Row = dict[str, StrictBool | Integer | Number | Text | None]


class PredictParams(Params):
    """Which model, and what to predict."""

    model_config = ConfigDict(
        title="predict",
        json_schema_extra={
            "examples": [
                {
                    "model_job": "0197b4e2-7d1c-7c3e-9a51-3f6f0c2d8e11",
                    "rows": [{"age": 48, "plan": "basic"}, {"age": 31, "plan": None}],
                }
            ]
        },
    )

    model_job: str = Field(
        min_length=1, max_length=64, description="The id of a DONE job of the task train-model."
    )
    rows: Annotated[list[Row], AfterValidator(_short)] | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="Up to 1,000 rows, each a value by column; null or left out is missing. More: as a CSV.",
    )
    format: Literal["json", "csv"] = Field("json", description="Of the output with the predictions.")


SPEC = TaskSpec(
    name="predict",
    title="Predict",
    description=(
        "Predicts with a model that train-model made, for the rows in the params or those of a CSV: give one "
        "of the two. The output `predictions.json` or `predictions.csv` has one prediction a row, in their "
        "order, with its probability where classes are predicted; the result shows the first hundred."
    ),
    queue="learn",
    params=PredictParams,
    input="optional",
    accepts=(CSV,),
    sniff=sniff,
    job_params=MappingProxyType({"model_job": OutputNamed(task=TRAIN_MODEL.name, output=MODEL_OUTPUT)}),
    limits=LIMITS,
    max_attempts=2,
    deadline_s=1800,
)
