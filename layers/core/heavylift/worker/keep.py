"""What of a job's outputs is kept as a model."""

from __future__ import annotations

from heavylift.job_store.kept_models import Keep
from heavylift.job_store.manifest import Output
from heavylift.tasks.spec import Params
from heavylift.tasks.task import Task


def find_keep(task: Task, params: Params, outputs: list[Output]) -> Keep | None:
    """Return what of the job's outputs is to be kept as a model, if its params name one."""
    for param, wanted in task.spec.keeps.items():
        name = getattr(params, param)
        found = next((output for output in outputs if output.name == wanted), None)
        if name is not None and found is not None:
            return Keep(name, found)
    return None
