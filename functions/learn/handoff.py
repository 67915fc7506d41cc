"""The messages between the learn worker and its child, beside those of every child (sandbox/protocol.py).

The request is `{"do": task, "params", "limits"}`, with the paths of the local files: `csv`, `model`.
The events are:

{"stage": name}                       finished: one unit of progress
{"log": text}                         a line of the job's log
{"output": name, "media_type"}        made, in the scratch folder
{"result": …}                         the job's result
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from learn.errors import NoRows
from sandbox.protocol import Request

if TYPE_CHECKING:
    from heavylift import JobContext
    from heavylift.tasks.spec import TaskSpec
    from learn.predict_task import PredictParams

MODEL_OUTPUT = "model.skops"
"""The output of train-model that predict reads."""


def make_request(job: JobContext[Any], spec: TaskSpec, files: dict[str, str]) -> Request:
    return {
        "do": spec.name,
        "params": job.params.model_dump(mode="json"),
        "limits": dict(spec.limits),
        **files,
    }


def fetch_table(job: JobContext[Any]) -> dict[str, str]:
    """Return the path of the job's table."""
    return {"csv": str(job.input.resolve())}


def fetch_model_and_rows(job: JobContext[PredictParams]) -> dict[str, str]:
    """Return the path of the model, and of the table if the params have no rows.

    Raises NoRows unless the client gave rows in exactly one of the two forms.
    """
    if (job.params.rows is None) != job.has_input:
        raise NoRows("Give either `rows` in the params or a table as the input.")
    model = job.reference("model" if job.params.model is not None else "model_job")
    files = {"model": str(model.resolve())}
    return files | fetch_table(job) if job.has_input else files
