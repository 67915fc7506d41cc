"""A job as lists show it: without its long values, so that a page of 100 jobs fits into Lambda's 6 MB."""

from __future__ import annotations

import json
from typing import Any

from heavylift.jobs.job import Job
from heavylift.service.job_view import JobView, view
from heavylift.service.validation import json_pointer

MAX_LISTED_CHARS = 1000
"""The longest param or result, as JSON, that a list shows."""
MAX_PARAMS_CHARS = 10_000
"""The most that a list shows of all params of a job."""


def view_in_list(job: Job, base_path: str) -> JobView:
    """Return the job without its log, and without long params or a long result. `elided` names them."""
    whole = view(job, base_path)
    long = _find_long(whole.params)
    elided = [json_pointer(("params", name)) for name in whole.params if name in long]
    changes: dict[str, Any] = {
        "params": {name: each for name, each in whole.params.items() if name not in long}
    }
    if _measure(whole.result) > MAX_LISTED_CHARS:
        elided.append(json_pointer(("result",)))
        changes["result"] = None
    if whole.log:
        elided.append(json_pointer(("log",)))
        changes["log"] = []
    if whole.progress.text is not None:
        elided.append(json_pointer(("progress", "text")))
        changes["progress"] = whole.progress.model_copy(update={"text": None})
    return whole.model_copy(update={**changes, "elided": elided}) if elided else whole


def _find_long(params: dict[str, Any]) -> set[str]:
    """Return the names of the params to leave out: the long ones, and what then is too much in total."""
    long, total = set(), 0
    for name, value in params.items():
        chars = _measure(value)
        if chars > MAX_LISTED_CHARS or total + chars > MAX_PARAMS_CHARS:
            long.add(name)
        else:
            total += chars
    return long


def _measure(value: Any) -> int:
    """Return the characters of the value as JSON."""
    return len(json.dumps(value))
