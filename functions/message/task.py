"""The task `message`: waits or computes for a while and returns the message. The smallest task."""

from __future__ import annotations

import hashlib
import math
import random
import time

from pydantic import ConfigDict, Field

from heavylift import JobContext, OutOfTime, Params, PartSpec, Plan, Result, TaskError, WholeTask, task

SLICE_S = 0.1
"""Time between two checks for a cancellation."""


class EmulatedFailure(TaskError):
    slug, title = "emulated-failure", "The failure that the params ask for"


class MessageParams(Params):
    """The message, how long the work takes, and how often it fails."""

    model_config = ConfigDict(
        title="message",
        json_schema_extra={"examples": [{"message": "hello", "seconds": 3}, {"seconds": 10, "cpu": True}]},
    )

    message: str = Field("hello", max_length=1000, description="The message that the result returns.")
    seconds: float = Field(3, ge=0, le=60, description="How long the work takes.")
    cpu: bool = Field(
        default=False, description="Compute for that many seconds of CPU time instead of waiting."
    )
    fail_rate: float = Field(
        0,
        ge=0,
        le=1,
        description="Probability that an attempt fails at its end. A failed attempt is retried.",
    )
    seed: int | None = Field(
        None,
        ge=0,
        lt=2**53,
        description="Jobs with the same seed fail in the same attempts. Default: random.",
    )


@task(
    "message",
    title="Message",
    description=(
        "Waits or computes for some seconds and returns the message. It has no input and no outputs. Use it "
        "to try out queues, waiting, cancelling, retries and dead letters. Progress is counted in seconds."
    ),
    params=MessageParams,
    rank=90,
)
class MessageTask(WholeTask[MessageParams]):
    def plan(self, job: JobContext[MessageParams]) -> Plan:
        """Return one part. One unit of progress is a second."""
        return Plan(parts=({},), total=max(1, math.ceil(job.params.seconds)))

    def run(self, job: JobContext[MessageParams], part: PartSpec) -> Result:  # noqa: ARG002 - there is one part
        """Return the message. Raises OutOfTime if the invocation is too short, and EmulatedFailure."""
        params = job.params
        _spend_time(job, params)
        if _should_fail(job, params):
            job.log("This attempt fails, by the fail_rate.")
            raise EmulatedFailure(f"Attempt {job.attempt} failed by the fail_rate of {params.fail_rate:g}.")
        return {"message": params.message}


def _spend_time(job: JobContext[MessageParams], params: MessageParams) -> None:
    """Work or sleep for the params' seconds, in slices, so that a cancellation is noticed."""
    clock = time.thread_time if params.cpu else time.monotonic
    started, counted, total = clock(), 0, max(1, math.ceil(params.seconds))
    job.log(f"{'Computes' if params.cpu else 'Waits'} for {params.seconds:g} s.")
    while (left := params.seconds - (clock() - started)) > 0:
        if left > job.remaining():
            raise OutOfTime(f"The invocation ended {left:.0f} seconds too early.")
        if params.cpu:
            hashlib.sha256(bytes(1 << 20)).digest()
        else:
            time.sleep(min(SLICE_S, left))
        passed = math.floor(clock() - started)
        job.advance(passed - counted, f"second {passed} of {total}")
        counted = passed
    job.advance(total - counted)


def _should_fail(job: JobContext[MessageParams], params: MessageParams) -> bool:
    """Whether the attempt fails: the same for each run of an attempt, and for all jobs with the same seed."""
    seed = job.job_id if params.seed is None else params.seed
    return random.Random(f"{seed}/{job.attempt}").random() < params.fail_rate  # noqa: S311 - no secret
