"""A job as lists show it: without its long values, so that a page of 100 jobs fits into Lambda's 6 MB."""

from __future__ import annotations

import json
from typing import Any

from heavylift.jobs.job import Job
from heavylift.service.job_view import JobView, view
from heavylift.service.validation import json_pointer

MAX_LISTED_CHARS = 1000
"""The longest param or result, as JSON, that a list shows."""


def view_in_list(job: Job, base_path: str) -> JobView:
    """Return the job without the params and the result that are long. `elided` names them."""
    whole = view(job, base_path)
    long = [name for name, value in whole.params.items() if _is_long(value)]
    elided = [json_pointer(("params", name)) for name in long]
    changes: dict[str, Any] = {
        "params": {name: each for name, each in whole.params.items() if name not in long}
    }
    if _is_long(whole.result):
        elided.append(json_pointer(("result",)))
        changes["result"] = None
    return whole.model_copy(update={**changes, "elided": elided}) if elided else whole


def _is_long(value: Any) -> bool:
    return len(json.dumps(value)) > MAX_LISTED_CHARS
