"""Waiting for many jobs: each is yielded once it has ended."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import httpx

from heavylift_client.errors import StillRunning
from heavylift_client.follow import NOT_WAITED, WAIT_S
from heavylift_client.transport import parse_json, send_request
from heavylift_client.types import Job

MAX_IDS = 100
"""How many jobs one request looks at."""
PAUSE_S = 2.0


def follow_many(http: httpx.Client, job_ids: Iterable[str], timeout_s: float | None) -> Iterator[Job]:
    """Yield each job once it has ended, those that end first first. Raises StillRunning after `timeout_s`."""
    until = time.monotonic() + timeout_s if timeout_s is not None else float("inf")
    left = list(dict.fromkeys(job_ids))
    while left:
        seen = [job for start in range(0, len(left), MAX_IDS) for job in _look(http, left[start:][:MAX_IDS])]
        ended = [job for job in seen if job["phase"] == "finished"]
        yield from sorted(ended, key=lambda job: job["updated_at"])
        still = [job for job in seen if job["phase"] != "finished"]
        left = [job["id"] for job in still]
        if not left:
            return
        seconds = min(_pause_s(len(left)), until - time.monotonic())
        if seconds <= 0:
            raise StillRunning(still[0], timeout_s or 0)
        _wait_for_change(http, left[0], seconds)


def _look(http: httpx.Client, job_ids: list[str]) -> list[Job]:
    """Return the jobs as they are now. Raises Problem for one that is not there."""
    page = parse_json(http, send_request(http, "GET", "/v1/jobs", params={"id": job_ids, "limit": MAX_IDS}))
    found: dict[str, Job] = {job["id"]: job for job in page["items"]}
    return [found.get(each) or _get(http, each) for each in job_ids]


def _get(http: httpx.Client, job_id: str) -> Job:
    job: Job = parse_json(http, send_request(http, "GET", f"/v1/jobs/{job_id}"))
    return {**job, "elided": []}


def _pause_s(count: int) -> float:
    """Return the seconds between two looks at so many jobs. One alone is waited for as long as possible."""
    return WAIT_S if count == 1 else min(WAIT_S, PAUSE_S + count / MAX_IDS)


def _wait_for_change(http: httpx.Client, job_id: str, seconds: float) -> None:
    """Wait until the job changes, or so long. Where the API does not wait, pause."""
    until = time.monotonic() + min(seconds, 1.0)
    headers = {"Prefer": f"wait={max(1, round(seconds))}"}
    response = send_request(http, "GET", f"/v1/jobs/{job_id}", headers=headers)
    if response.headers.get("Preference-Applied") == NOT_WAITED:
        time.sleep(max(0.0, until - time.monotonic()))
