"""The errors of the client.

ClientError
├── Unreachable       no response, even after the retries, or none of a Heavylift
├── Problem           the API refused the request: a problem document (RFC 9457)
├── JobFailed         the job ended FAILED or CANCELED
├── JobsFailed        some of many jobs did, or were not accepted
└── StillRunning      the job did not end within the timeout; it continues
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heavylift_client.types import Job


class ClientError(Exception):
    """The base of all errors. Its text tells a person what happened, in one line."""


class Unreachable(ClientError):
    pass


class Problem(ClientError):
    """The API refused a request. `type` is a stable identifier that programs may test.

    `errors` lists the faults of a 422, each with a `pointer` and a `detail`.
    """

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        self.status = status
        self.type = str(document.get("type") or "about:blank")
        self.title = str(document.get("title") or document.get("message") or f"The API answered {status}")
        self.detail = str(document.get("detail") or "")
        self.errors: list[dict[str, str]] = list(document.get("errors") or [])
        faults = [f"{each['pointer']}: {each['detail']}" for each in self.errors]
        detail = "" if self.detail in {each["detail"] for each in self.errors} else self.detail
        super().__init__(": ".join(dict.fromkeys(filter(None, (self.title, detail, "; ".join(faults))))))


class JobFailed(ClientError):
    def __init__(self, job: Job) -> None:
        self.job = job
        error = job["error"] or {}
        reasons = dict.fromkeys(str(error[name]) for name in ("title", "detail") if error.get(name))
        kind = "batch" if job["task"] == "batch" else "job"
        super().__init__(": ".join([f"The {kind} {job['id']} is {job['status']}", *reasons]))


class JobsFailed(ClientError):
    """Some of many jobs ended FAILED or CANCELED, or were not accepted: `refused` has the reasons."""

    def __init__(self, failed: int, total: int, refused: Mapping[str, str] | None = None) -> None:
        reasons = [f"{name}: {why}" for name, why in (refused or {}).items()]
        super().__init__("\n".join([f"{failed} of {total} jobs are not DONE", *reasons]))


class StillRunning(ClientError):
    def __init__(self, job: Job, seconds: float) -> None:
        self.job = job
        kind = "batch" if job["task"] == "batch" else "job"
        super().__init__(f"The {kind} {job['id']} has not ended within {seconds:g} s. It continues")
