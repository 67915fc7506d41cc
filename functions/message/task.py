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
"""How long it works before it looks whether the job was canceled."""


class EmulatedFailure(TaskError):
    slug, title = "emulated-failure", "The failure that was asked for"


class SayMessage(WholeTask):
    @property
    def spec(self) -> TaskSpec:
        return SPEC

    def plan(self, work: JobContext) -> Plan:
        """One part; progress is counted in seconds."""
        return Plan(parts=({},), total=max(1, math.ceil(work.params.seconds)))

    def run(self, work: JobContext, part: PartSpec) -> Result:  # noqa: ARG002 - it has no parts
        """Says the message back; OutOfTime if the worker's time is too short, EmulatedFailure by chance."""
        params: MessageParams = work.params
        _take(work, params)
        if _fails(work, params):
            raise EmulatedFailure(f"A fail_rate of {params.fail_rate:g} met attempt {work.attempt}.")
        return {"message": params.message}


def _take(work: JobContext, params: MessageParams) -> None:
    """The seconds asked for, in slices; a cancel is noticed between two of them."""
    clock = time.thread_time if params.cpu else time.monotonic
    started, counted = clock(), 0
    while (left := params.seconds - (clock() - started)) > 0:
        if left > work.remaining():
            raise OutOfTime(f"{left:.0f} seconds were missing at the end of one run of this worker.")
        if params.cpu:
            hashlib.sha256(bytes(1 << 20)).digest()
        else:
            time.sleep(min(SLICE_S, left))
        passed = math.floor(clock() - started)
        work.advance(passed - counted)
        counted = passed
    work.advance(max(1, math.ceil(params.seconds)) - counted)


def _fails(work: JobContext, params: MessageParams) -> bool:
    """The same in every run of the same attempt: of all jobs of the seed, or of this job alone."""
    luck = work.job_id if params.seed is None else params.seed
    return random.Random(f"{luck}/{work.attempt}").random() < params.fail_rate  # noqa: S311 - no secret
