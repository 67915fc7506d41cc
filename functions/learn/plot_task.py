"""The task `plot`: draws a table."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from heavylift import Params, task
from learn.csv_input import ACCEPTS, LIMITS, sniff
from learn.handoff import fetch_table
from learn.learn_task import LearnTask


class PlotParams(Params):
    """What to draw, and from which columns."""

    model_config = ConfigDict(
        title="plot",
        json_schema_extra={
            "examples": [
                {"kind": "overview"},
                {"kind": "line", "x": "date", "columns": ["orders", "returns"], "title": "Orders"},
                {"kind": "bar", "x": "country", "columns": ["amount"], "aggregate": "sum"},
            ]
        },
    )

    kind: Literal["line", "bar", "scatter", "histogram", "heatmap", "overview"] = Field(
        "overview",
        description="What to draw. `heatmap`: the correlations of the columns; `overview`: a dashboard of "
        "types, missing values, distributions and correlations.",
    )
    x: str | None = Field(
        None,
        max_length=200,
        description="Line, bar and scatter: the column of the x axis. Default: the first suitable one.",
    )
    columns: list[str] | None = Field(
        None,
        min_length=1,
        max_length=30,
        description="The columns to draw. Default: the first suitable ones, as many as stay readable.",
    )
    aggregate: Literal["count", "sum", "mean"] | None = Field(
        None,
        description="Bar: what a bar shows. Default: the mean of the columns, or the number of rows.",
    )
    title: str | None = Field(None, max_length=120, description="Title above the plot.")


@task(
    "plot",
    title="Plot",
    description=(
        "Draws a table: lines, bars, points, histograms, correlations, or an overview of the whole table. "
        "Outputs: `plot.png`, `plot.svg` and `plot.html`, one self-contained page. "
        "Progress is counted in three stages: read, draw, save."
    ),
    params=PlotParams,
    accepts=ACCEPTS,
    sniff=sniff,
    limits=LIMITS,
    max_attempts=2,
    deadline_s=1800,
    rank=50,
)
class PlotTask(LearnTask[PlotParams]):
    stages = 3
    fetch_files = staticmethod(fetch_table)
