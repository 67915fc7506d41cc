"""A tenant whose requests wait for a job blocks no request of another tenant."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor, wait

import httpx
import pytest

from infra.admin import api_keys
from infra.local.emulator import API_PROCESSES
from tests.e2e.conftest import Stack
from tests.support.api import Api

NOT_WAITED = "wait=0"
RUN_S = 14
"""Shorter than the timeout of the worker, and longer than the test needs once all processes run."""


@pytest.fixture(name="other")
def make_other_tenant(stack: Stack, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Return the headers of a tenant of its own."""
    api_keys.main(["--local", "--state-dir", str(stack.place.state_dir), "create", "other"])
    return {"X-Api-Key": capsys.readouterr().out.split()[-1]}


def test_waits_of_a_tenant_do_not_block_a_submission_of_another(stack: Stack, other: dict[str, str]) -> None:
    api = Api(stack.api_url)
    form = {"task": (None, "message"), "params": (None, json.dumps({"seconds": RUN_S}))}
    first = api.post("/v1/jobs", headers=other, files=form).json()["id"]
    with ThreadPoolExecutor(API_PROCESSES) as pool:
        short = other | {"Prefer": "wait=2, handling=strict"}
        wait([pool.submit(api.get, f"/v1/jobs/{first}", headers=short) for _ in range(API_PROCESSES)])
        slow = api.post("/v1/jobs", files=form).json()["id"]  # now every process has started
        long = {"Prefer": f"wait={RUN_S}, handling=strict"}
        waits = [pool.submit(api.get, f"/v1/jobs/{slow}", headers=long) for _ in range(API_PROCESSES)]
        wait(waits, timeout=2)  # those over the limit are answered
        answer = api.post("/v1/jobs", headers=other, files={"task": (None, "message")})
        answered = [each.result().headers["Preference-Applied"] for each in waits if each.done()]
        assert answer.status_code == 202, answer.text
        assert {each.partition(",")[0] for each in answered} <= {NOT_WAITED}, answered
        assert len(answered) < API_PROCESSES
        httpx.delete(f"{stack.api_url}/v1/jobs/{slow}", timeout=60, trust_env=False)
    assert {each.result().status_code for each in waits} <= {200, 504}
