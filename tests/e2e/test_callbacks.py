"""Callbacks through the deployed stack, to a receiver that fails, hangs, redirects, leaves and comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from infra.admin.webhook_secrets import main as webhooks
from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.receiver import Behaviour, Receiver, Request, drop, hang, receiving, status

TENANT = "default"


@pytest.fixture
def receiver(stack: Stack) -> Iterator[Receiver]:
    with receiving() as started, stack.reached(started.port) as host:
        started.host = host
        yield started


def submit(api: Api, url: str, **params: Any) -> str:
    job = {"task": "message", "params": {"seconds": 0, **params}, "callback_url": url}
    answer = api.post("/v1/jobs", json=job)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def settled(api: Api, job_id: str, deadline_s: float = 90) -> dict[str, Any]:
    """The job's callback once nobody is going to try it any more."""
    until = time.monotonic() + deadline_s
    while (callback := api.job(job_id)["callback"])["state"] == "pending":
        assert time.monotonic() < until, callback
        time.sleep(0.1)
    return dict(callback)


def secret(stack: Stack, capsys: pytest.CaptureFixture[str], command: str = "show") -> str:
    assert webhooks(["--local", "--state-dir", str(stack.place.state_dir), command, TENANT]) == 0
    return capsys.readouterr().out.strip()


def test_a_receiver_of_every_mood_is_told_honestly(
    stack: Stack, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    api = Api(stack.api_url)
    at_arrival: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def looks(request: Request) -> None:
        """Reads the job at the moment in which it is told."""
        told = receiver.at("/looks")[-1].verified(signing)
        at_arrival.append((told, api.job(told["id"])))
        status(200)(request)

    moods: dict[str, list[Behaviour]] = {
        "/looks": [looks],
        "/fails": [status(500), status(503), status(200)],
        "/hangs": [hang, status(200)],
        "/drops": [drop, status(202)],
        "/moved": [status(307, Location=receiver.url("/elsewhere"))],
        "/gone": [status(410)],
    }
    signing = secret(stack, capsys)
    receiver.script.update(moods)
    jobs = {path: submit(api, receiver.url(path)) for path in moods}

    callbacks = {path: settled(api, job_id) for path, job_id in jobs.items()}

    said = {path: (each["state"], each["attempts"], each["last_status"]) for path, each in callbacks.items()}
    assert said == {
        "/looks": ("delivered", 1, 200),
        "/fails": ("delivered", 3, 200),
        "/hangs": ("delivered", 2, 200),
        "/drops": ("delivered", 2, 202),
        "/moved": ("failed", 3, 307),
        "/gone": ("gone", 1, 410),
    }
    assert not receiver.at("/elsewhere")
    for path, job_id in jobs.items():
        told = receiver.at(path)
        assert len(told) == callbacks[path]["attempts"]
        assert len({each.headers["webhook-id"] for each in told}) == 1
        for number, each in enumerate(told, 1):
            job = each.verified(signing)
            assert (job["id"], job["status"], job["phase"]) == (job_id, "DONE", "finished")
            assert job["callback"]["attempts"] == number
    [(told_job, read_job)] = at_arrival
    assert told_job == read_job


def test_a_rotated_secret_and_the_one_before_both_verify(
    stack: Stack, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    old = secret(stack, capsys)
    new = secret(stack, capsys, "rotate")
    assert new != old
    assert secret(stack, capsys) == new
    job_id = submit(Api(stack.api_url), receiver.url("/rotated"))
    [told] = receiver.wait("/rotated", 1, 60)
    for each in (new, old):
        assert Webhook(each).verify(told.body, told.headers)["id"] == job_id


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "nothing", "http://user:word@127.0.0.1/"])
def test_a_url_that_can_not_be_called_is_refused(stack: Stack, url: str) -> None:
    answer = httpx.post(
        f"{stack.api_url}/v1/jobs", json={"task": "message", "callback_url": url}, timeout=30, trust_env=False
    )
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/callback_url"]
