"""The tasks `train-model`, `predict` and `plot`. Each runs in a child with limits."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from heavylift.tasks.plot import SPEC as PLOT
from heavylift.tasks.predict import SPEC as PREDICT
from heavylift.tasks.spec import TaskSpec
from heavylift.tasks.task import JobContext, PartSpec, Plan, Result, WholeTask
from heavylift.tasks.train_model import SPEC as TRAIN_MODEL
from learn.errors import BY_SLUG
from learn.handoff import fetch_model_and_rows, fetch_table, make_request
from learn.settings import LearnSettings
from sandbox.supervisor import ChildProgram, start_child


def make_program() -> ChildProgram:
    """Return what the child runs, with the variables that its libraries read when they load."""
    # matplotlib caches the list of fonts in this folder: /tmp of a warm worker.
    fonts = Path(tempfile.gettempdir()) / f"heavylift-matplotlib-{os.getuid()}"
    env = {
        "MPLCONFIGDIR": str(fonts),
        "OMP_WAIT_POLICY": "PASSIVE",  # a thread that waits actively takes a processor from the others
    }
    return ChildProgram("learn.child", BY_SLUG, ("learn.train", "learn.predict", "learn.plot"), env)


@dataclass(frozen=True)
class LearnTask(WholeTask):
    """One of the three tasks: its spec, the files for its child, and its number of stages."""

    spec: TaskSpec
    fetch_files: Callable[[JobContext], dict[str, str]]
    stages: int
    settings: Callable[[], LearnSettings] = LearnSettings.read

    def plan(self, _job: JobContext, /) -> Plan:
        """Return one part. One unit of progress is a stage."""
        return Plan(parts=({},), total=self.stages)

    def run(self, job: JobContext, _part: PartSpec, /) -> Result:
        """Publish each file when the child has made it. Return the result. Raises the errors of errors.py."""
        request = make_request(job, self.spec, self.fetch_files(job))
        result: Result = {}
        with start_child(job, make_program(), request, self.settings()) as child:
            for event in child.events():
                if "stage" in event:
                    job.advance(1)
                elif "output" in event:
                    job.publish(event["output"], job.directory / event["output"], event["media_type"])
                else:
                    result = event["result"]
        return result


def make_tasks() -> tuple[LearnTask, ...]:
    return (
        LearnTask(TRAIN_MODEL, fetch_table, stages=6),
        LearnTask(PREDICT, fetch_model_and_rows, stages=3),
        LearnTask(PLOT, fetch_table, stages=3),
    )
