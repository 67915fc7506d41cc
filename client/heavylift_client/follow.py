"""Waiting for a job by long polls: the API holds each request until the job changes."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx

from heavylift_client.errors import StillRunning
from heavylift_client.transport import parse_json, send_request
from heavylift_client.types import Job

WAIT_S = 20
"""Seconds of one long poll; the API allows 25."""
NOT_MODIFIED = 304
NOT_WAITED = "wait=0"
"""The API did not wait, because too many of the tenant's requests do."""


def follow(
    http: httpx.Client, job_id: str, timeout_s: float | None, on_change: Callable[[Job], None] | None
) -> Job:
    """Wait until the job has ended, and return it. Raises StillRunning after `timeout_s`.

    `on_change` is called with the job now and after each change.
    """
    until = time.monotonic() + timeout_s if timeout_s is not None else None
    headers: dict[str, str] = {}
    job: Job | None = None
    while True:
        response = send_request(http, "GET", f"/v1/jobs/{job_id}", headers=headers)
        if response.status_code != NOT_MODIFIED:
            job = parse_json(http, response)
            headers["If-None-Match"] = response.headers["ETag"]
            if on_change:
                on_change(job)
        if job and job["phase"] == "finished":
            return job
        if headers.get("Prefer") and response.headers.get("Preference-Applied") == NOT_WAITED:
            time.sleep(float(response.headers.get("Retry-After", 1)))
        left = WAIT_S if until is None else until - time.monotonic()
        if job and timeout_s is not None and left <= 0:
            raise StillRunning(job, timeout_s)
        headers["Prefer"] = f"wait={max(1, min(WAIT_S, round(left)))}"
