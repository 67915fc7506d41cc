"""The calls, and what becomes of them where the network or the API does not play along."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from heavylift_client import Heavylift, Job, JobFailed, Problem, StillRunning, Unreachable
from heavylift_client import client as client_module
from heavylift_client.transport import AGAIN
from tests.support.in_process_api import FrontWorld, InProcess
from tests.support.world import QUEUE
from tests.unit.client.conftest import AT_ONCE, TASK, Road, nothing, working


def answer_lost(request: httpx.Request, api: httpx.BaseTransport) -> httpx.Response:
    api.handle_request(request)
    raise httpx.ReadError("the connection broke", request=request)


def busy(request: httpx.Request, api: httpx.BaseTransport) -> httpx.Response:
    return httpx.Response(503, headers={"Retry-After": "7"}, json={"type": "/problems/queue-full"})


def test_a_file_is_submitted_followed_and_done(heavylift: Heavylift, world: FrontWorld, file: Path) -> None:
    phases: list[str] = []

    def on_change(job: Job) -> None:
        phases.append(job["phase"])
        world.work_once()

    job = heavylift.run(TASK, file, params={"parts": 2}, on_change=on_change)
    assert job["status"] == "DONE"
    assert job["progress"] == {"done": 2, "total": 2}
    assert phases[0] == "queued"
    assert phases[-1] == "finished"
    assert [output["name"] for output in heavylift.outputs(job["id"])] == ["copy-1.txt", "copy-2.txt"]


def test_a_submission_whose_answer_is_lost_is_sent_again_and_makes_one_job(
    heavylift: Heavylift, road: Road, world: FrontWorld, file: Path
) -> None:
    road.accidents = [answer_lost]
    job = heavylift.submit(TASK, file)
    assert [each["id"] for each in heavylift.jobs()] == [job["id"]]
    assert world.waiting() == 1


def test_a_full_queue_is_asked_again_and_no_other_refusal(
    heavylift: Heavylift, road: Road, file: Path
) -> None:
    road.accidents = [busy, busy]
    heavylift.submit(TASK, file)
    assert len(road.seen) == 3
    with pytest.raises(Problem):
        heavylift.submit("no-such-task")
    assert len(road.seen) == 4


def test_the_pause_is_what_the_api_asks_for() -> None:
    assert AGAIN.respect_retry_after_header
    slept = AGAIN.increment()._calculate_sleep(httpx.Headers({"Retry-After": "7"}))
    assert slept == 7


def test_what_never_answers_is_told_in_one_line(heavylift: Heavylift, road: Road, file: Path) -> None:
    road.accidents = [answer_lost] * 4
    with pytest.raises(Unreachable, match=r"^http://api/ could not be talked to: the connection broke$"):
        heavylift.job("01900000-0000-7000-8000-000000000000")


def test_a_refusal_is_a_problem_with_its_faults(heavylift: Heavylift, file: Path) -> None:
    with pytest.raises(Problem) as refused:
        heavylift.submit(TASK, file, params={"parts": "many"})
    assert (refused.value.status, refused.value.type) == (422, "/problems/invalid-request")
    assert refused.value.errors[0]["pointer"] == "/params/parts"
    assert "/params/parts" in str(refused.value)


def test_an_answer_of_something_else_is_a_problem_too(heavylift: Heavylift, road: Road) -> None:
    road.accidents = [lambda *_: httpx.Response(418, text="<html>a teapot</html>")]
    with pytest.raises(Problem, match="The API answered 418"):
        heavylift.tasks()


def test_a_job_that_does_not_end_well_says_why(heavylift: Heavylift, file: Path) -> None:
    job = heavylift.submit(TASK, file)
    assert heavylift.cancel(job["id"])["status"] == "CANCELED"
    with pytest.raises(JobFailed, match=f"The job {job['id']} is CANCELED"):
        heavylift.done(job["id"])
    assert heavylift.retry(job["id"])["phase"] == "queued"


def test_patience_ends_and_the_job_goes_on(heavylift: Heavylift, world: FrontWorld, file: Path) -> None:
    job = heavylift.submit(TASK, file)
    with pytest.raises(StillRunning, match="goes on by itself") as still:
        heavylift.wait(job["id"], timeout_s=0)
    assert still.value.job["id"] == job["id"]
    world.work()
    assert heavylift.done(job["id"])["status"] == "DONE"


def test_nothing_new_is_not_told_again(
    heavylift: Heavylift, road: Road, world: FrontWorld, file: Path
) -> None:
    job = heavylift.submit(TASK, file)
    told: list[str] = []

    def on_change(now: Job) -> None:
        told.append(now["phase"])
        # The next poll sees nothing new for as long as it may; then the worker comes.
        road.accidents = [nothing, working(world)]

    heavylift.wait(job["id"], on_change=on_change)
    assert told == ["queued", "finished"]


def test_lists_are_read_to_their_end(
    heavylift: Heavylift, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    monkeypatch.setattr(client_module, "PAGE", 2)
    sent = [heavylift.submit(TASK, file)["id"] for _ in range(5)]
    assert sorted(job["id"] for job in heavylift.jobs(status="PROCESSING", task=TASK)) == sorted(sent)
    assert list(heavylift.jobs(status="DONE")) == []


def test_dead_letters_run_again(heavylift: Heavylift, world: FrontWorld, file: Path) -> None:
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


def test_the_key_is_sent_to_the_api(world: FrontWorld, file: Path) -> None:
    key = world.front.key("acme")
    road = Road(InProcess(world.front.app))
    with Heavylift("http://api/", key, transport=road, again=AT_ONCE) as acme:
        acme.submit(TASK, file)
    assert road.seen[0].headers["Authorization"] == f"Bearer {key}"


def test_a_large_file_takes_the_other_way_in(
    heavylift: Heavylift, road: Road, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    monkeypatch.setattr(client_module, "FITS_A_REQUEST", 3)
    uploaded: list[Path] = []

    def upload(_: Heavylift, task: str, path: Path) -> str:
        uploaded.append(path)
        return "an-id"

    monkeypatch.setattr(Heavylift, "upload", upload)
    with pytest.raises(Problem):  # there is no such upload
        heavylift.submit(TASK, file)
    assert uploaded == [file]
    assert json.loads(road.seen[0].content)["input"] == {"upload_id": "an-id"}
