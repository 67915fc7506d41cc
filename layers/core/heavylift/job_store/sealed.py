"""What is secret of a job: objects of it, because the record goes into indexes, streams and backups.

Of params with secrets the record has the other params, and a mark. A worker of a release that does not know
the mark refuses it as an unknown param, and puts the job off: it would run the job without its secrets. The
object is deleted once the job is DONE (`functions/webhooks/stream.py`). A job that FAILED or was CANCELED
keeps it for a retry, until the bucket deletes all objects of the job.

The url and the headers of an input that a worker fetches are in the same object: a url may be presigned. A
worker of a release that does not know them refuses the object as having an unknown param.

The client's own headers of a callback are another object. It is deleted once no delivery of a DONE job can
follow.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from heavylift.errors import InvalidInput, NotFound
from heavylift.jobs.job import Job
from heavylift.ports.objects import ObjectStore
from heavylift.tasks.redact import redact_params

MARK = "$sealed"
"""In the record's params: some are in the object. No param of a task can have this name."""

SOURCE = "$input"
"""In the object: where the input comes from, `{"url", "headers"}`. No param of a task can have this name."""


def mark_params(task: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the params without the secret ones, as the record stores them."""
    return {**redact_params(task, params), MARK: True}


def store_params(
    objects: ObjectStore, key: str, params: Mapping[str, Any], source: Mapping[str, Any] | None = None
) -> None:
    """Store all params as the object `key`, and the source of the input if there is one."""
    whole = {**params, **({SOURCE: source} if source else {})}
    objects.put(key, json.dumps(whole, separators=(",", ":")).encode(), "application/json")


def load_params(objects: ObjectStore, job: Job) -> dict[str, Any]:
    """Return all params of a job. Raises InvalidInput if those with secrets were deleted."""
    if job.sealed is None:
        return job.params
    return {name: value for name, value in _load(objects, job.sealed).items() if name != SOURCE}


def load_source(objects: ObjectStore, job: Job) -> dict[str, Any]:
    """Return `{"url", "headers"}` of an input at a url. Raises InvalidInput if they were deleted."""
    source: dict[str, Any] = _load(objects, job.sealed or "")[SOURCE]
    return source


def _load(objects: ObjectStore, key: str) -> dict[str, Any]:
    try:
        stored: dict[str, Any] = json.loads(objects.read(key))
    except NotFound:
        raise InvalidInput("The job's secret params no longer exist; submit the job again.") from None
    return stored


def load_headers(objects: ObjectStore, job: Job) -> dict[str, str] | None:
    """Return the client's own headers of the job's callback; None if they were deleted."""
    if job.callback_headers is None:
        return {}
    try:
        headers: dict[str, str] = json.loads(objects.read(job.callback_headers))
    except NotFound:
        return None
    return headers
