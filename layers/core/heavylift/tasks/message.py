"""`message`: waits or computes for a while and returns the message. Runs in `functions/message`.

It is the smallest task, the example of docs/writing-a-task.md, and a way to try out queues.
"""

from __future__ import annotations

from pydantic import ConfigDict, Field

from heavylift.tasks.spec import Params, TaskSpec


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


SPEC = TaskSpec(
    name="message",
    title="Message",
    description=(
        "Waits or computes for some seconds and returns the message. It has no input and no outputs. Use it "
        "to try out queues, waiting, cancelling, retries and dead letters. Progress is counted in seconds."
    ),
    queue="message",
    params=MessageParams,
    input="none",
    max_attempts=3,
    deadline_s=3600,
)
