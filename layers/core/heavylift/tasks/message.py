"""`message`: waits or computes for a while and says the message back. The work is in `functions/message`.

It is the smallest task there is, the example of docs/writing-a-task.md, and what the queues are tried with.
"""

from __future__ import annotations

from pydantic import ConfigDict, Field

from heavylift.tasks.spec import Params, TaskSpec


class MessageParams(Params):
    """What to say, how long to take over it, and how often to fail."""

    model_config = ConfigDict(
        title="message",
        json_schema_extra={"examples": [{"message": "hello", "seconds": 3}, {"seconds": 10, "cpu": True}]},
    )

    message: str = Field("hello", max_length=1000, description="What the result says back.")
    seconds: float = Field(3, ge=0, le=60, description="How long the work takes.")
    cpu: bool = Field(default=False, description="Compute all that time, in seconds of CPU, or just wait.")
    fail_rate: float = Field(
        0,
        ge=0,
        le=1,
        description="How likely an attempt is to fail when its time is over; a failed one is tried again.",
    )
    seed: int | None = Field(
        None,
        ge=0,
        lt=2**53,
        description="Jobs of one seed fail in the same attempts. Without it each job has its own luck.",
    )


SPEC = TaskSpec(
    name="message",
    title="Message",
    description=(
        "Waits, or computes, for some seconds and says the message back. It needs no input and makes no "
        "output: it is there to try queues, waiting, cancelling, retries and dead letters with. Progress is "
        "counted in seconds."
    ),
    queue="message",
    params=MessageParams,
    input="none",
    max_attempts=3,
    deadline_s=3600,
)
