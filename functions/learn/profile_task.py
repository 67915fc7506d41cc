"""The task `profile`: what a table holds."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from heavylift import Params, task
from learn.csv_input import ACCEPTS, LIMITS, sniff
from learn.handoff import fetch_table
from learn.learn_task import LearnTask


class ProfileParams(Params):
    """How much of each column is shown."""

    model_config = ConfigDict(title="profile", json_schema_extra={"examples": [{}, {"examples": 10}]})

    examples: int = Field(5, ge=0, le=20, description="How many frequent values of each column are shown.")


@task(
    "profile",
    title="Profile",
    description=(
        "Describes a table's columns: kind, missing, different and most frequent values, and the "
        "range of numbers and dates. Outputs: `profile.json` and `profile.html`. The result says what was "
        "assumed about the table. Progress is counted in three stages: read, describe, save."
    ),
    params=ProfileParams,
    accepts=ACCEPTS,
    sniff=sniff,
    limits=LIMITS,
    max_attempts=2,
    deadline_s=1800,
    rank=55,
)
class ProfileTask(LearnTask[ProfileParams]):
    stages = 3
    fetch_files = staticmethod(fetch_table)
