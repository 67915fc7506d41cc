"""A tenant whose requests wait for a job blocks no request of another tenant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

import httpx
import pytest

from infra.admin import api_keys
from infra.local.emulator import API_PROCESSES
from tests.e2e.conftest import Stack
from tests.support.api import Api

NOT_WAITED = "wait=0"


@pytest.fixture(name="other")
def make_other_tenant(stack: Stack, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Return the headers of a tenant of its own."""
    api_keys.main(["--local", "--state-dir", str(stack.place.state_dir), "create", "other"])
    return {"X-Api-Key": capsys.readouterr().out.split()[-1]}


def test_waits_of_a_tenant_do_not_block_a_submission_of_another(stack: Stack, other: dict[str, str]) -> None:
    api = Api(stack.api_url)
    slow = api.submit_job(None, task="message", params={"seconds": 60})["id"]
    path, finished = f"/v1/jobs/{slow}", {"Prefer": "wait=25, handling=strict"}
    form = {"task": (None, "message"), "params": (None, '{"seconds": 60}')}
    another = api.post("/v1/jobs", headers=other, files=form).json()["id"]
    with ThreadPoolExecutor(API_PROCESSES) as pool:
        short = other | {"Prefer": "wait=2, handling=strict"}
        started = [pool.submit(api.get, f"/v1/jobs/{another}", headers=short) for _ in range(API_PROCESSES)]
        wait(started)  # every process has started
        waits = [pool.submit(api.get, path, headers=finished) for _ in range(API_PROCESSES)]
        wait(waits, timeout=2)  # those over the limit are answered
        answer = api.post("/v1/jobs", headers=other, files={"task": (None, "message")})
        answered = [each.result().headers["Preference-Applied"] for each in waits if each.done()]
        assert answer.status_code == 202, answer.text
        assert len(answered) < API_PROCESSES
        assert {each.partition(",")[0] for each in answered} <= {NOT_WAITED}
        for job, headers in ((slow, {}), (another, other)):
            url = f"{stack.api_url}/v1/jobs/{job}"
            ended = httpx.delete(url, headers=headers, timeout=60, trust_env=False)
            assert ended.status_code in (200, 409)  # on a slow machine its attempts have run out
    assert {each.result().status_code for each in waits} <= {200, 504}
