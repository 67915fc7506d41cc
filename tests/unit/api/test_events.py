"""GET /v1/jobs/{id}/events, and what a job shows of its log."""

from __future__ import annotations

from typing import Any

import pytest

from heavylift.errors import Throttled
from heavylift.jobs.pauses import begin_pause
from heavylift.tasks.task import JobContext, PartSpec, Result
from tests.support.in_process_api import ApiWorld
from tests.support.world import QUEUE, CopyTask


class LoggingTask(CopyTask):
    """The copy task, with a line of log and a text beside its progress."""

    world: ApiWorld

    def run(self, work: JobContext[Any], part: PartSpec) -> Result:
        self.world.clock.sleep(5)
        work.log("half of it is done")
        work.advance(0, "page 1 of 1")
        return super().run(work, part)


def make_world(task: CopyTask | None = None) -> tuple[ApiWorld, Any]:
    task = task or LoggingTask()
    world = ApiWorld(task)
    if isinstance(task, LoggingTask):
        task.world = world
    return world, world.api.client(world.api.key("me"))


def test_the_story_of_a_job() -> None:
    world, client = make_world()
    job = world.submit_over(client).json()
    world.work()
    events = client.get(job["links"]["events"]).json()["items"]
    assert [event["kind"] for event in events] == ["accepted", "queued", "claimed", "log", "ended"]
    assert events[3]["text"] == "half of it is done"
    assert events[3]["data"] == {"attempt": 1}
    assert events[0]["at"] == job["created_at"]


def test_a_queued_job_shows_how_long_the_line_is() -> None:
    world, client = make_world()
    for _ in range(2):
        world.submit_over(client)
    world.work()
    jobs = [world.submit_over(client).json() for _ in range(3)]
    world.clock.sleep(60)  # the estimate of run times is measured again
    event = client.get(jobs[-1]["links"]["events"]).json()["items"][-1]
    assert event["data"] == {"queue": QUEUE, "waiting": 3, "estimate_s": 15.0}


def test_a_paused_queue_has_no_estimate() -> None:
    world, client = make_world()
    job = world.submit_over(client).json()
    world.table.update(begin_pause(QUEUE, now=world.clock.now()))
    event = client.get(job["links"]["events"]).json()["items"][-1]
    assert event["data"] == {"queue": QUEUE, "waiting": 1, "estimate_s": None, "paused": True}
    assert event["text"].endswith("An operator has paused the queue.")


def test_without_an_answer_of_the_queue_there_is_a_story(monkeypatch: pytest.MonkeyPatch) -> None:
    world, client = make_world()
    job = world.submit_over(client).json()

    def refuse(_queue: str) -> None:
        raise Throttled

    monkeypatch.setattr(world.queue, "get_depth", refuse)
    event = client.get(job["links"]["events"]).json()["items"][-1]
    assert event["data"] == {"queue": QUEUE}


def test_the_story_is_its_owners() -> None:
    world, client = make_world()
    job = world.submit_over(client).json()
    other = world.api.client(world.api.key("you"))
    assert other.get(job["links"]["events"]).status_code == 404


def test_a_job_shows_its_log_and_lists_do_not() -> None:
    world, client = make_world()
    job = world.submit_over(client).json()
    assert (job["log"], job["progress"]["text"]) == ([], None)
    seen: list[Any] = []

    def read(_number: int) -> None:
        seen.append(client.get(job["links"]["self"]).json())
        seen.append(client.get("/v1/jobs").json()["items"][0])

    world.task.before = read
    world.work()
    shown, listed = seen
    [line] = shown["log"]
    assert (line["attempt"], line["text"]) == (1, "half of it is done")
    assert shown["progress"] == {"done": 0, "total": 1, "text": "page 1 of 1"}
    assert (listed["log"], listed["progress"]["text"]) == ([], None)
    assert listed["elided"] == ["/log", "/progress/text"]
