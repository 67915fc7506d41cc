"""Heavylift: heavy work over HTTP on serverless AWS.

HTTP → submit → record → queue → worker → task → outputs

What a task imports is here. `heavylift.testing` is for its test.
"""

from heavylift.errors import InvalidInput, OutOfTime, OverLimit, TaskError
from heavylift.tasks.define import task
from heavylift.tasks.spec import JobOutput, Params
from heavylift.tasks.task import JobContext, PartSpec, Plan, Result, SplitTask, WholeTask

__all__ = [
    "InvalidInput",
    "JobContext",
    "JobOutput",
    "OutOfTime",
    "OverLimit",
    "Params",
    "PartSpec",
    "Plan",
    "Result",
    "SplitTask",
    "TaskError",
    "WholeTask",
    "task",
]
