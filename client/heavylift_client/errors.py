"""What can go wrong.

ClientError
├── Unreachable       no answer, however often it was asked
├── Problem           the API refused: a problem document (RFC 9457)
├── JobFailed         the job ended, FAILED or CANCELED
└── StillRunning      it has not ended within the time that was given; it goes on by itself
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heavylift_client.types import Job


class ClientError(Exception):
    """The text is for people: what happened, in one line."""


class Unreachable(ClientError):
    pass


class Problem(ClientError):
    """`type` is stable: branch on it. `errors` of a 422 each have a `pointer` and a `detail`."""

    def __init__(self, status: int, said: Mapping[str, Any]) -> None:
        self.status = status
        self.type = str(said.get("type") or "about:blank")
        self.title = str(said.get("title") or said.get("message") or f"The API answered {status}")
        self.detail = str(said.get("detail") or "")
        self.errors: list[dict[str, str]] = list(said.get("errors") or [])
        faults = [f"{each['pointer']}: {each['detail']}" for each in self.errors]
        super().__init__(": ".join(dict.fromkeys(filter(None, (self.title, self.detail, "; ".join(faults))))))


class JobFailed(ClientError):
    def __init__(self, job: Job) -> None:
        self.job = job
        error = job["error"] or {}
        why = dict.fromkeys(str(error[name]) for name in ("title", "detail") if error.get(name))
        super().__init__(": ".join([f"The job {job['id']} is {job['status']}", *why]))


class StillRunning(ClientError):
    def __init__(self, job: Job, seconds: float) -> None:
        self.job = job
        super().__init__(f"The job {job['id']} has not ended within {seconds:g} s; it goes on by itself")
