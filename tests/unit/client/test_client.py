"""The client's calls, with faults of the network and refusals of the API."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from heavylift_client import Heavylift, Job, JobFailed, Problem, StillRunning, Unreachable
from heavylift_client.calls import base, jobs
from heavylift_client.transport import RETRY_POLICY
from tests.support.in_process_api import ApiWorld, InProcessTransport
from tests.support.world import QUEUE
from tests.unit.client.conftest import AT_ONCE, TASK, FlakyTransport, let_worker_run, pass_on


def lose_answer(request: httpx.Request, api: httpx.BaseTransport) -> httpx.Response:
    api.handle_request(request)
    raise httpx.ReadError("the connection broke", request=request)


def answer_queue_full(request: httpx.Request, api: httpx.BaseTransport) -> httpx.Response:
    return httpx.Response(503, headers={"Retry-After": "7"}, json={"type": "/problems/queue-full"})


def test_a_file_is_submitted_followed_and_done(heavylift: Heavylift, world: ApiWorld, file: Path) -> None:
    phases: list[str] = []

    def on_change(job: Job) -> None:
        phases.append(job["phase"])
        world.work_once()

    job = heavylift.run(TASK, file, params={"parts": 2}, on_change=on_change)
    assert job["status"] == "DONE"
    assert job["progress"] == {"done": 2, "total": 2, "text": None}
    assert phases[0] == "queued"
    assert phases[-1] == "finished"
    assert [output["name"] for output in heavylift.outputs(job["id"])] == ["copy-1.txt", "copy-2.txt"]


def test_a_submission_whose_answer_is_lost_is_sent_again_and_makes_one_job(
    heavylift: Heavylift, transport: FlakyTransport, world: ApiWorld, file: Path
) -> None:
    transport.faults = [lose_answer]
    job = heavylift.submit(TASK, file)
    assert [each["id"] for each in heavylift.jobs()] == [job["id"]]
    assert world.waiting() == 1


def test_a_full_queue_is_retried_and_no_other_refusal(
    heavylift: Heavylift, transport: FlakyTransport, file: Path
) -> None:
    transport.faults = [answer_queue_full, answer_queue_full]
    heavylift.submit(TASK, file)
    assert len(transport.seen) == 3
    with pytest.raises(Problem):
        heavylift.submit("no-such-task")
    assert len(transport.seen) == 4


def test_the_pause_is_what_the_api_asks_for() -> None:
    assert RETRY_POLICY.respect_retry_after_header
    slept = RETRY_POLICY.increment()._calculate_sleep(httpx.Headers({"Retry-After": "7"}))
    assert slept == 7


def test_no_response_is_one_line(heavylift: Heavylift, transport: FlakyTransport, file: Path) -> None:
    transport.faults = [lose_answer] * 4
    with pytest.raises(Unreachable, match=r"^No response from http://api: the connection broke\.$"):
        heavylift.job("01900000-0000-7000-8000-000000000000")


def test_a_refusal_is_a_problem_with_its_faults(heavylift: Heavylift, file: Path) -> None:
    with pytest.raises(Problem) as refused:
        heavylift.submit(TASK, file, params={"parts": "many"})
    assert (refused.value.status, refused.value.type) == (422, "/problems/invalid-request")
    assert refused.value.errors[0]["pointer"] == "/params/parts"
    assert "/params/parts" in str(refused.value)


def test_a_fault_is_said_once() -> None:
    fault = {"pointer": "/input", "detail": "The input is missing."}
    document = {"title": "The request is not valid", "detail": fault["detail"], "errors": [fault]}
    assert str(Problem(422, document)) == "The request is not valid: /input: The input is missing."


def test_an_answer_that_is_no_json_is_a_problem(heavylift: Heavylift, transport: FlakyTransport) -> None:
    transport.faults = [lambda *_: httpx.Response(418, text="<html>a teapot</html>")]
    with pytest.raises(Problem, match="The API answered 418"):
        heavylift.tasks()


def test_a_wrong_address_is_named(heavylift: Heavylift, transport: FlakyTransport) -> None:
    def refused(request: httpx.Request, _: httpx.BaseTransport) -> httpx.Response:
        raise httpx.ConnectError("connection refused", request=request)

    transport.faults = [refused] * 4
    with pytest.raises(Unreachable, match=r"^No Heavylift at http://api: connection refused\. Check the URL"):
        heavylift.tasks()
    transport.faults = [lambda *_: httpx.Response(404, json={"message": "Not Found"})]
    with pytest.raises(Problem, match=r"^No Heavylift at http://api: the server there answered 404\. Check"):
        heavylift.tasks()
    transport.faults = [lambda *_: httpx.Response(200, text="<html>")]
    with pytest.raises(Unreachable, match=r"^No Heavylift at http://api: the response is not JSON\. Check"):
        heavylift.tasks()


def test_an_unknown_task_is_not_a_wrong_address(heavylift: Heavylift) -> None:
    with pytest.raises(Problem) as refused:
        heavylift.submit("no-such-task")
    assert refused.value.type == "/problems/not-found"


def test_a_canceled_job_raises_job_failed(heavylift: Heavylift, file: Path) -> None:
    job = heavylift.submit(TASK, file)
    assert heavylift.cancel(job["id"])["status"] == "CANCELED"
    with pytest.raises(JobFailed, match=f"The job {job['id']} is CANCELED"):
        heavylift.wait_until_done(job["id"])
    assert heavylift.retry(job["id"])["phase"] == "queued"


def test_a_wait_times_out_and_the_job_goes_on(heavylift: Heavylift, world: ApiWorld, file: Path) -> None:
    job = heavylift.submit(TASK, file)
    with pytest.raises(StillRunning, match="It continues") as still:
        heavylift.wait(job["id"], timeout_s=0)
    assert still.value.job["id"] == job["id"]
    world.work()
    assert heavylift.wait_until_done(job["id"])["status"] == "DONE"


def test_on_change_is_called_for_changes_only(
    heavylift: Heavylift, transport: FlakyTransport, world: ApiWorld, file: Path
) -> None:
    job = heavylift.submit(TASK, file)
    phases: list[str] = []

    def on_change(now: Job) -> None:
        phases.append(now["phase"])
        # The next poll times out without a change. Then the worker runs.
        transport.faults = [pass_on, let_worker_run(world)]

    heavylift.wait(job["id"], on_change=on_change)
    assert phases == ["queued", "finished"]


def test_lists_are_read_to_their_end(
    heavylift: Heavylift, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    monkeypatch.setattr(base, "PAGE_SIZE", 2)
    sent = [heavylift.submit(TASK, file)["id"] for _ in range(5)]
    assert sorted(job["id"] for job in heavylift.jobs(status="PROCESSING", task=TASK)) == sorted(sent)
    assert list(heavylift.jobs(status="DONE")) == []


def test_dead_letters_run_again(heavylift: Heavylift, world: ApiWorld, file: Path) -> None:
    def broken(number: int) -> None:
        raise RuntimeError("broken")

    world.task.before = broken
    job = heavylift.submit(TASK, file)
    world.work()
    assert [letter["id"] for letter in heavylift.dead_letters()] == [job["id"]]
    again, refused = heavylift.redrive(queue=QUEUE)
    assert [each["id"] for each in again] == [job["id"]]
    assert refused == []
    again, refused = heavylift.redrive(job["id"])
    assert again == []
    assert refused[0]["id"] == job["id"]


def test_a_long_redrive_goes_on_with_the_cursor(heavylift: Heavylift, transport: FlakyTransport) -> None:
    refused = {"id": "x", "type": "/problems/conflict", "title": "Conflict", "detail": ""}
    transport.faults = [
        lambda *_: httpx.Response(200, json={"jobs": [], "refused": [refused], "next": "here"}),
        lambda *_: httpx.Response(200, json={"jobs": [], "refused": [refused], "next": None}),
    ]
    assert heavylift.redrive(queue=QUEUE) == ([], [refused, refused])
    bodies = [json.loads(request.content) for request in transport.seen]
    assert bodies == [{"queue": QUEUE}, {"queue": QUEUE, "cursor": "here"}]


def test_the_key_is_sent_to_the_api(world: ApiWorld, file: Path) -> None:
    key = world.api.key("acme")
    transport = FlakyTransport(InProcessTransport(world.api.app))
    with Heavylift("http://api/", key, transport=transport, retry_policy=AT_ONCE) as acme:
        acme.submit(TASK, file)
    assert transport.seen[0].headers["Authorization"] == f"Bearer {key}"


def test_a_large_file_is_uploaded(
    heavylift: Heavylift, transport: FlakyTransport, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    monkeypatch.setattr(jobs, "MAX_DIRECT_BYTES", 3)
    uploaded: list[Path] = []

    def upload(_: Heavylift, task: str, path: Path, **_more: object) -> str:
        uploaded.append(path)
        return "an-id"

    monkeypatch.setattr(Heavylift, "upload", upload)
    with pytest.raises(Problem):  # there is no such upload
        heavylift.submit(TASK, file)
    assert uploaded == [file]
    assert json.loads(transport.seen[0].content)["input"] == {"upload_id": "an-id"}


def test_a_wait_that_is_not_granted_pauses_as_the_api_says(
    heavylift: Heavylift,
    transport: FlakyTransport,
    world: ApiWorld,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("heavylift_client.follow.time.sleep", pauses.append)
    job = heavylift.submit(TASK, file)
    busy = {"Preference-Applied": "wait=0", "Retry-After": "7"}
    transport.faults = [pass_on, lambda *_: httpx.Response(304, headers=busy), let_worker_run(world)]
    assert heavylift.wait_until_done(job["id"])["status"] == "DONE"
    assert pauses == [7.0]
