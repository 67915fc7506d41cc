"""Waiting for a job or a batch by long polls: the API holds each request until it changes or ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx

from heavylift_client.errors import StillRunning
from heavylift_client.transport import parse_json, send_request

WAIT_S = 20
"""Seconds of one long poll; the API allows 25."""
NOT_MODIFIED = 304
NOT_WAITED = "wait=0"
"""The API did not wait, because too many of the tenant's requests do."""


def follow(
    http: httpx.Client, path: str, timeout_s: float | None, on_change: Callable[[Any], None] | None = None
) -> Any:
    """Wait until the job or batch at `path` has ended, and return it. Raises StillRunning after `timeout_s`.

    `on_change` is called with the job now and after each change.
    """
    until = time.monotonic() + timeout_s if timeout_s is not None else None
    headers: dict[str, str] = {}
    job: Any = None
    while True:
        response = send_request(http, "GET", path, headers=headers)
        if response.status_code != NOT_MODIFIED:
            job = parse_json(http, response)
            if etag := response.headers.get("ETag"):  # a batch has none
                headers["If-None-Match"] = etag
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
