"""The tasks `train-model`, `predict` and `plot`: each runs in a child with limits."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heavylift.tasks.plot import SPEC as PLOT
from heavylift.tasks.predict import SPEC as PREDICT
from heavylift.tasks.predict import PredictParams
from heavylift.tasks.spec import TaskSpec
from heavylift.tasks.task import JobContext, PartSpec, Plan, Result, WholeTask
from heavylift.tasks.train_model import SPEC as TRAIN_MODEL
from learn.errors import BY_SLUG, NoRows
from learn.settings import LearnSettings
from sandbox.supervisor import ChildProcess, ChildProgram


def program() -> ChildProgram:
    """What the child runs, and what the libraries read as they load."""
    # matplotlib remembers the fonts it has found, if it has a place for that: a warm worker's /tmp.
    fonts = Path(tempfile.gettempdir()) / f"heavylift-matplotlib-{os.getuid()}"
    env = {
        "MPLCONFIGDIR": str(fonts),
        "OMP_WAIT_POLICY": "PASSIVE",  # spinning for the next bit of work costs others a processor
    }
    return ChildProgram("learn.child", BY_SLUG, ("learn.train", "learn.predict", "learn.plot"), env)


def _with_table(work: JobContext) -> dict[str, Any]:
    return {"csv": str(work.input.resolve())}


def _with_model(work: JobContext) -> dict[str, Any]:
    """The model, and the rows in the one form in which they were given; NoRows."""
    params: PredictParams = work.params
    if (params.rows is None) != work.has_input:
        raise NoRows("Give the rows in the params or a CSV as the input, and not both.")
    request = {"model": str(work.reference("model_job").resolve())}
    return request | _with_table(work) if work.has_input else request


@dataclass(frozen=True)
class LearnTask(WholeTask):
    """What differs between the three: what the child is given, and how many stages it tells of."""

    spec: TaskSpec
    request: Callable[[JobContext], dict[str, Any]]
    stages: int
    settings: Callable[[], LearnSettings] = LearnSettings.read

    def plan(self, _work: JobContext, /) -> Plan:
        return Plan(parts=({},), total=self.stages)

    def run(self, work: JobContext, _part: PartSpec, /) -> Result:
        """Publishes each file as the child has made it; raises what is in errors.py, and what a child may."""
        request = {
            "do": self.spec.name,
            "params": work.params.model_dump(mode="json"),
            "limits": dict(self.spec.limits),
            **self.request(work),
        }
        result: Result = {}
        with ChildProcess(work, program(), request, self.settings()) as child:
            for event in child.events():
                if "stage" in event:
                    work.advance(1)
                elif "output" in event:
                    work.publish(event["output"], work.directory / event["output"], event["media_type"])
                else:
                    result = event["result"]
        return result


def learn_tasks() -> tuple[LearnTask, ...]:
    return (
        LearnTask(TRAIN_MODEL, _with_table, stages=6),
        LearnTask(PREDICT, _with_model, stages=3),
        LearnTask(PLOT, _with_table, stages=3),
    )
