"""Waiting for many jobs: each is yielded once it has ended."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import httpx

from heavylift_client.errors import StillRunning
from heavylift_client.follow import NOT_WAITED, WAIT_S
from heavylift_client.transport import parse_json, send_request
from heavylift_client.types import Job

JOBS_A_SECOND = 10
"""How many jobs are looked at in a second, at most about."""


def follow_many(http: httpx.Client, job_ids: Iterable[str], timeout_s: float | None) -> Iterator[Job]:
    """Yield each job once it has ended, those that end first first. Raises StillRunning after `timeout_s`."""
    until = time.monotonic() + timeout_s if timeout_s is not None else float("inf")
    left = list(dict.fromkeys(job_ids))
    while left:
        seen = [_look(http, job_id) for job_id in left]
        ended = [job for job, _ in seen if job["phase"] == "finished"]
        yield from sorted(ended, key=lambda job: job["updated_at"])
        left = [job["id"] for job, _ in seen if job["phase"] != "finished"]
        if not left:
            return
        job, etag = next(each for each in seen if each[0]["id"] == left[0])
        seconds = min(_pause_s(len(left)), until - time.monotonic())
        if seconds <= 0:
            raise StillRunning(job, timeout_s or 0)
        _wait_for_change(http, job, etag, seconds)


def _look(http: httpx.Client, job_id: str) -> tuple[Job, str]:
    """Return the job as it is now, and its ETag."""
    response = send_request(http, "GET", f"/v1/jobs/{job_id}")
    job: Job = parse_json(http, response)
    return job, response.headers["ETag"]


def _pause_s(count: int) -> float:
    """Return the seconds between two looks at so many jobs. One alone is waited for as long as possible."""
    return WAIT_S if count == 1 else min(WAIT_S, 1 + count / JOBS_A_SECOND)


def _wait_for_change(http: httpx.Client, job: Job, etag: str, seconds: float) -> None:
    """Wait until the job changes, or so long. Where the API does not wait, pause instead."""
    began = time.monotonic()
    headers = {"If-None-Match": etag, "Prefer": f"wait={max(1, round(seconds))}"}
    response = send_request(http, "GET", f"/v1/jobs/{job['id']}", headers=headers)
    if response.headers.get("Preference-Applied") == NOT_WAITED:
        time.sleep(max(0.0, min(seconds, 1.0) - (time.monotonic() - began)))
