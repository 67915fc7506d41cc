"""Callbacks of the deployed stack, to receivers that answer, fail, hang, drop, redirect and are gone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from heavylift.jobs.object_keys import callback_headers_key
from infra.admin.webhook_secrets import main as webhooks
from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.receiver import Behaviour, Receiver, Request, drop, hang, respond, run_receiver

TENANT = "default"


@pytest.fixture
def receiver(stack: Stack) -> Iterator[Receiver]:
    with run_receiver() as started, stack.reach(started.port) as host:
        started.host = host
        yield started


def submit(api: Api, url: str, **params: Any) -> str:
    job = {"task": "message", "params": {"seconds": 0, **params}, "callback_url": url}
    answer = api.post("/v1/jobs", json=job)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def wait_until_settled(api: Api, job_id: str, deadline_s: float = 90) -> dict[str, Any]:
    """Return the job's callback once it is no longer pending. Raises AssertionError after the deadline."""
    until = time.monotonic() + deadline_s
    while (callback := api.job(job_id)["callback"])["state"] == "pending":
        assert time.monotonic() < until, callback
        time.sleep(0.1)
    return dict(callback)


def wait_until_deleted(stack: Stack, key: str, deadline_s: float = 60) -> None:
    """Return once the bucket has no such object. Raises AssertionError after the deadline."""
    client, until = stack.aws.client("s3"), time.monotonic() + deadline_s
    while client.list_objects_v2(Bucket=stack.outputs["BucketName"], Prefix=key)["KeyCount"]:
        assert time.monotonic() < until, key
        time.sleep(0.1)


def secret(stack: Stack, capsys: pytest.CaptureFixture[str], command: str = "show") -> str:
    assert webhooks(["--local", "--state-dir", str(stack.place.state_dir), command, TENANT]) == 0
    return capsys.readouterr().out.strip()


def test_every_behaviour_of_a_receiver_ends_in_its_state(
    stack: Stack, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    api = Api(stack.api_url)
    at_arrival: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def looks(request: Request) -> None:
        """Read the job while its callback arrives."""
        sent = receiver.at("/looks")[-1].verify_body(signing)
        at_arrival.append((sent, api.job(sent["id"])))
        respond(200)(request)

    behaviours: dict[str, list[Behaviour]] = {
        "/looks": [looks],
        "/fails": [respond(500), respond(503), respond(200)],
        "/hangs": [hang, respond(200)],
        "/drops": [drop, respond(202)],
        "/moved": [respond(307, Location=receiver.url("/elsewhere"))],
        "/gone": [respond(410)],
    }
    signing = secret(stack, capsys)
    receiver.script.update(behaviours)
    jobs = {path: submit(api, receiver.url(path)) for path in behaviours}

    callbacks = {path: wait_until_settled(api, job_id) for path, job_id in jobs.items()}

    states = {
        path: (each["state"], each["attempts"], each["last_status"]) for path, each in callbacks.items()
    }
    assert states == {
        "/looks": ("delivered", 1, 200),
        "/fails": ("delivered", 3, 200),
        "/hangs": ("delivered", 2, 200),
        "/drops": ("delivered", 2, 202),
        "/moved": ("failed", 3, 307),
        "/gone": ("gone", 1, 410),
    }
    assert not receiver.at("/elsewhere")
    for path, job_id in jobs.items():
        requests = receiver.at(path)
        assert len(requests) == callbacks[path]["attempts"]
        assert len({each.headers["webhook-id"] for each in requests}) == 1
        for number, each in enumerate(requests, 1):
            job = each.verify_body(signing)
            assert (job["id"], job["status"], job["phase"]) == (job_id, "DONE", "finished")
            assert job["callback"]["attempts"] == number
    [(sent_job, read_job)] = at_arrival
    assert sent_job == read_job


def test_a_rotated_secret_and_the_one_before_both_verify(
    stack: Stack, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    old = secret(stack, capsys)
    new = secret(stack, capsys, "rotate")
    assert new != old
    assert secret(stack, capsys) == new
    job_id = submit(Api(stack.api_url), receiver.url("/rotated"))
    [request] = receiver.wait("/rotated", 1, 60)
    for each in (new, old):
        assert Webhook(each).verify(request.body, request.headers)["id"] == job_id


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "nothing", "http://user:word@127.0.0.1/"])
def test_a_url_that_can_not_be_called_is_refused(stack: Stack, url: str) -> None:
    answer = httpx.post(
        f"{stack.api_url}/v1/jobs", json={"task": "message", "callback_url": url}, timeout=30, trust_env=False
    )
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/callback_url"]


def test_a_callback_has_the_clients_headers_and_is_sent_for_the_chosen_ends(
    stack: Stack, receiver: Receiver
) -> None:
    api = Api(stack.api_url)
    jobs: dict[str, str] = {}
    for path, end in (("/chosen", "done"), ("/other", "failed")):
        callback = {
            "url": receiver.url(path),
            "headers": {"Authorization": "Bearer not-for-any-log"},
            "on": [end],
        }
        answer = api.post(
            "/v1/jobs", json={"task": "message", "params": {"seconds": 0}, "callback": callback}
        )
        assert answer.status_code == 202, answer.text
        jobs[path] = answer.json()["id"]
    [request] = receiver.wait("/chosen", 1, 60)
    assert request.headers["authorization"] == "Bearer not-for-any-log"
    assert wait_until_settled(api, jobs["/chosen"])["state"] == "delivered"
    assert wait_until_settled(api, jobs["/other"])["state"] == "skipped"
    events = api.get(f"/v1/jobs/{jobs['/chosen']}/events").json()["items"]
    assert events[-1]["kind"] == "callback"
    assert events[-1]["data"]["status"] == 204
    assert not receiver.at("/other")
    for job_id in jobs.values():
        wait_until_deleted(stack, callback_headers_key(job_id))
    assert not [line for line in stack.raw_logs() if "not-for-any-log" in line]
