"""The demo task through HTTP: done, and retried after an emulated failure."""

from __future__ import annotations

from tests.e2e.conftest import Stack
from tests.support.api import Api


def test_a_message_comes_back(stack: Stack) -> None:
    api = Api(stack.api_url)
    job = api.submit_job(None, "message", params={"message": "hello", "seconds": 0.5, "cpu": True})
    ended = api.wait_until_finished(job["id"])
    assert (ended["status"], ended["result"]) == ("DONE", {"message": "hello"})
    assert ended["progress"] == {"done": 1, "total": 1, "text": None}
    assert ended["outputs"]["count"] == 0


def test_an_emulated_failure_is_tried_again(stack: Stack) -> None:
    api = Api(stack.api_url)
    # With seed 9 the first attempt fails at this rate, and the second does not.
    job = api.submit_job(None, "message", params={"seconds": 0, "fail_rate": 0.5, "seed": 9})
    ended = api.wait_until_finished(job["id"])
    assert (ended["status"], ended["attempt"]) == ("DONE", 2)
    assert [each["error"]["type"] for each in ended["attempts"]] == ["/problems/emulated-failure"]
