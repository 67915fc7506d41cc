"""A schedule fires by itself. It takes over a minute, so `make test` leaves it to `make test-docker`."""

from __future__ import annotations

import time

import httpx

from tests.e2e.conftest import Stack
from tests.support.api import Api

FIRES_IN_S = 150
"""A minute until it is due, what the stack needs to look, and the start of a container."""


def test_a_schedule_of_each_minute_fires(stack: Stack) -> None:
    api = Api(stack.api_url)
    wanted = {"name": "minutely", "rate": "1 minute", "task": "message", "params": {"seconds": 0}}
    made = api.post("/v1/schedules", json=wanted)
    assert made.status_code == 201, made.text
    try:
        deadline = time.monotonic() + FIRES_IN_S
        jobs: list[dict[str, str]] = []
        while not jobs and time.monotonic() < deadline:
            time.sleep(1)
            jobs = api.get("/v1/jobs?tag=schedule:minutely").json()["items"]
        found = api.get("/v1/schedules/minutely").json()
        assert jobs, found
        assert found["last_run"]["job_id"] == jobs[0]["id"]
        assert api.wait_until_finished(jobs[0]["id"])["status"] == "DONE"
    finally:
        deleted = httpx.delete(f"{stack.api_url}/v1/schedules/minutely", trust_env=False)
        assert deleted.status_code == 204
