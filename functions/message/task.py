"""The task `message`: run."""

from __future__ import annotations

import hashlib
import math
import random
import time

from heavylift.errors import OutOfTime, TaskError
from heavylift.tasks.message import SPEC, MessageParams
from heavylift.tasks.spec import TaskSpec
from heavylift.tasks.task import JobContext, PartSpec, Plan, Result, WholeTask

SLICE_S = 0.1
"""Time between two checks for a cancellation."""


class EmulatedFailure(TaskError):
    slug, title = "emulated-failure", "The failure that the params ask for"


class MessageTask(WholeTask):
    @property
    def spec(self) -> TaskSpec:
        return SPEC

    def plan(self, job: JobContext) -> Plan:
        """Return one part. One unit of progress is a second."""
        return Plan(parts=({},), total=max(1, math.ceil(job.params.seconds)))

    def run(self, job: JobContext, part: PartSpec) -> Result:  # noqa: ARG002 - there is one part
        """Return the message. Raises OutOfTime if the invocation is too short, and EmulatedFailure."""
        params: MessageParams = job.params
        _spend_time(job, params)
        if _should_fail(job, params):
            raise EmulatedFailure(f"Attempt {job.attempt} failed by the fail_rate of {params.fail_rate:g}.")
        return {"message": params.message}


def _spend_time(job: JobContext, params: MessageParams) -> None:
    """Work or sleep for the params' seconds, in slices, so that a cancellation is noticed."""
    clock = time.thread_time if params.cpu else time.monotonic
    started, counted = clock(), 0
    while (left := params.seconds - (clock() - started)) > 0:
        if left > job.remaining():
            raise OutOfTime(f"The invocation ended {left:.0f} seconds too early.")
        if params.cpu:
            hashlib.sha256(bytes(1 << 20)).digest()
        else:
            time.sleep(min(SLICE_S, left))
        passed = math.floor(clock() - started)
        job.advance(passed - counted)
        counted = passed
    job.advance(max(1, math.ceil(params.seconds)) - counted)


def _should_fail(job: JobContext, params: MessageParams) -> bool:
    """Whether the attempt fails: the same for each run of an attempt, and for all jobs with the same seed."""
    seed = job.job_id if params.seed is None else params.seed
    return random.Random(f"{seed}/{job.attempt}").random() < params.fail_rate  # noqa: S311 - no secret
