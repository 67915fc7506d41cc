"""Heavylift: heavy work over HTTP on serverless AWS.

HTTP → submit → record → queue → worker → task → outputs

What a task imports is here. `heavylift.testing` is for its test.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from heavylift.errors import InvalidInput, OutOfTime, OverLimit, TaskError
    from heavylift.jobs.kept_models import MODEL_NAME
    from heavylift.tasks.define import task
    from heavylift.tasks.sources import SourceItem, SourceJob, SourceOutput
    from heavylift.tasks.spec import OutputNamed, Params
    from heavylift.tasks.task import JobContext, PartSpec, Plan, Result, SplitTask, WholeTask

__all__ = [
    "MODEL_NAME",
    "InvalidInput",
    "JobContext",
    "OutOfTime",
    "OutputNamed",
    "OverLimit",
    "Params",
    "PartSpec",
    "Plan",
    "Result",
    "SourceItem",
    "SourceJob",
    "SourceOutput",
    "SplitTask",
    "TaskError",
    "WholeTask",
    "task",
]
PLACES = (
    "heavylift.errors",
    "heavylift.tasks.define",
    "heavylift.tasks.sources",
    "heavylift.tasks.spec",
    "heavylift.tasks.task",
    "heavylift.jobs.kept_models",
)


def __getattr__(name: str) -> Any:
    """Load a public name when it is asked for: a child of the sandbox needs the errors, and no pydantic."""
    if name in __all__:
        for place in PLACES:
            module = import_module(place)
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
