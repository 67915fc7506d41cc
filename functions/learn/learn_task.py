"""What the tasks of the worker share: each runs in a child with limits."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from heavylift import JobContext, Params, PartSpec, Plan, Result, WholeTask
from learn.errors import BY_SLUG
from learn.handoff import make_request
from learn.settings import LearnSettings
from sandbox.protocol import find_file
from sandbox.supervisor import ChildProgram, start_child

LOADED = ("learn.train", "learn.predict", "learn.plot", "learn.profile")
P = TypeVar("P", bound=Params)


def make_program() -> ChildProgram:
    """Return what the child runs, with the variables that its libraries read when they load."""
    # matplotlib caches the list of fonts in this folder: /tmp of a warm worker.
    fonts = Path(tempfile.gettempdir()) / f"heavylift-matplotlib-{os.getuid()}"
    env = {
        "MPLCONFIGDIR": str(fonts),
        "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others reserve more address space than they use
        "OMP_WAIT_POLICY": "PASSIVE",  # a thread that waits actively takes a processor from the others
    }
    return ChildProgram("learn.child", BY_SLUG, LOADED, env, files=("csv", "model"))


class LearnTask(WholeTask[P]):
    """The base of the worker's tasks: what differs is the files for the child and the number of stages."""

    stages: ClassVar[int]
    fetch_files: Callable[[JobContext[Any]], dict[str, str]]

    def __init__(self, settings: Callable[[], LearnSettings] = LearnSettings.read) -> None:
        self._settings = settings

    def plan(self, _job: JobContext[P], /) -> Plan:
        """Return one part. One unit of progress is a stage."""
        return Plan(parts=({},), total=self.stages)

    def run(self, job: JobContext[P], _part: PartSpec, /) -> Result:
        """Publish each file when the child has made it. Return the result. Raises the errors of errors.py."""
        request = make_request(job, self.spec, self.fetch_files(job))
        result: Result = {}
        with start_child(job, make_program(), request, self._settings()) as child:
            for event in child.events():
                if "log" in event:
                    job.log(event["log"])
                elif "stage" in event:
                    job.advance(1, f"{event['stage']} is done")
                elif "output" in event:
                    source = find_file(job.directory, event["output"])
                    job.publish(source.name, source, event["media_type"])
                else:
                    result = event["result"]
        return result
