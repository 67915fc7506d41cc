"""A job's story: what happened, in order, from its record and its parts."""

from __future__ import annotations

from typing import Any

import pytest

from heavylift.errors import InvalidInput, OverLimit, Throttled
from heavylift.jobs.job import Job
from heavylift.recovery.janitor import Janitor
from heavylift.service.control import cancel, retry
from heavylift.service.event import Event
from heavylift.service.part_events import MAX_LISTED, read_parts
from heavylift.service.story import Line, tell_story
from heavylift.tasks.task import JobContext, PartSpec, Result
from tests.support.world import QUEUE, CopyTask, World


class SlowTask(CopyTask):
    """The copy task, in a second for each part. `before` runs first, and may raise."""

    world: World

    def __init__(self, *errors: type[Exception] | None) -> None:
        super().__init__()
        self.errors = list(errors)

    def run(self, work: JobContext[Any], part: PartSpec) -> Result:
        self.world.clock.sleep(1)
        if error := (self.errors.pop(0) if self.errors else None):
            raise error
        work.log(f"made copy {part['number']}")
        return super().run(work, part)


def make_world(*errors: type[Exception] | None) -> World:
    task = SlowTask(*errors)
    world = World(task)
    task.world = world
    return world


def tell(world: World, job: Job, line: Line | None = None) -> list[Event]:
    found = world.job(job)
    return tell_story(found, read_parts(world.system, found), line, world.clock.now())


def kinds(events: list[Event]) -> list[str]:
    return [str(event.kind) for event in events]


def test_a_job_that_is_done_without_trouble() -> None:
    world = make_world()
    job = world.submit()
    world.clock.sleep(4)
    world.work()
    events = tell(world, job)
    assert kinds(events) == ["accepted", "queued", "claimed", "log", "ended"]
    assert [event.at - job.created_at for event in events] == [0, 0, 4, 5, 5]
    assert [event.text for event in events] == [
        "The job was accepted.",
        "The job waited 4.0 s in the queue tests.",
        "A worker took the job: attempt 1 of 3.",
        "made copy 1",
        "The job is DONE, with 1 output.",
    ]
    assert events[-1].data == {"status": "DONE", "outputs": 1}


def test_a_queued_job_shows_its_line_and_the_estimate() -> None:
    world = make_world()
    job = world.submit()
    event = tell(world, job, Line(1200, 95.0))[-1]
    assert (event.kind, event.data) == ("queued", {"queue": QUEUE, "waiting": 1200, "estimate_s": 95.0})
    assert event.text == (
        "The job waits in the queue tests. Messages that wait there: about 1,200, in no strict order. "
        "It starts in about 1 min 35 s."
    )


def test_without_an_estimate_none_is_made_up() -> None:
    world = make_world()
    text = tell(world, world.submit(), Line(1, None))[-1].text
    assert text.endswith("about 1, in no strict order.")


def test_failed_attempts_have_their_reasons_and_the_time_of_the_next() -> None:
    world = make_world(OverLimit, Throttled)
    job = world.submit()
    world.work_once()
    last = tell(world, job)[-1]
    assert (last.kind, last.data["attempt"], last.data["error"]["type"]) == (
        "attempt-failed",
        1,
        "/problems/over-limit",
    )
    assert last.data["again_at"].endswith("Z")
    world.work()
    events = tell(world, job)
    assert kinds(events) == [
        *("accepted", "queued", "claimed", "attempt-failed", "released", "claimed", "log", "ended"),
    ]
    assert [event.data["attempt"] for event in events if event.kind == "claimed"] == [1, 2]
    assert "again_at" not in events[3].data, "it is past"
    assert events[4].text == "The worker put the job back into the queue. This attempt does not count."


def test_a_rescue_is_told() -> None:
    world = make_world()
    job = world.submit()
    world.queue.queues[QUEUE].clear()
    world.clock.sleep(60)
    Janitor(world.system, world.clock.now() + 60).run()
    event = tell(world, job)[-1]
    assert (event.kind, event.at - job.created_at, event.data) == ("rescued", 60, {"times": 1})


def test_a_failed_job_and_its_retry() -> None:
    world = make_world(InvalidInput)
    job = world.submit()
    world.work()
    events = tell(world, job)
    assert kinds(events) == ["accepted", "queued", "claimed", "attempt-failed", "ended"]
    assert events[-1].data["error"]["type"] == "/problems/invalid-input"
    world.clock.sleep(10)
    retry(world.system, world.job(job))
    assert kinds(tell(world, job)) == ["accepted", "retried", "queued"]
    world.work()
    assert kinds(tell(world, job)) == ["accepted", "retried", "queued", "claimed", "log", "ended"]


def test_a_canceled_job() -> None:
    world = make_world()
    job = world.submit()
    cancel(world.system, job)
    events = tell(world, job)
    assert kinds(events) == ["accepted", "queued", "ended"]
    assert [event.text for event in events[1:]] == [
        "The job waited in the queue tests. No worker took it.",
        "A client canceled the job.",
    ]


def test_each_of_few_parts_has_its_events() -> None:
    world = make_world(None, OverLimit)
    job = world.submit(parts=2)
    world.work()
    events = tell(world, job)
    assert kinds(events)[:4] == ["accepted", "queued", "claimed", "split"]
    for part, attempts in ((1, [1]), (2, [1, 2])):
        own = [event for event in events if event.data.get("part") == part]
        assert [event.data["attempt"] for event in own if event.kind == "claimed"] == attempts
        assert [event.text for event in own if event.kind == "part-done"] == [f"Part {part} of 2 is done."]
        assert [event.text for event in own if event.kind == "log"] == [f"made copy {part}"]
    [failed] = [event for event in events if event.kind == "attempt-failed"]
    assert failed.text.startswith("Attempt 1 at part 2 failed: ")
    assert kinds(events)[-1] == "ended"
    texts = [event.text for event in events]
    assert texts.count("A worker took the job, to join its parts: attempt 1 of 3.") == 1
    assert [event.at for event in events] == sorted(event.at for event in events)


def test_a_part_that_fails_its_job_is_told_once() -> None:
    world = make_world(InvalidInput)
    job = world.submit(parts=2)
    world.work()
    events = tell(world, job)
    [failed] = [event for event in events if event.kind == "attempt-failed"]
    assert failed.data["part"] == 1
    assert kinds(events)[-1] == "ended"


@pytest.mark.parametrize("count", [MAX_LISTED + 1, 300])
def test_many_parts_are_counted(count: int) -> None:
    world = make_world(*[None] * 3, OverLimit)
    job = world.submit(parts=count)
    for _ in range(12):
        world.work_once()
    events = tell(world, job)
    [parts] = [event for event in events if event.kind == "parts"]
    assert parts.data == {"total": count, "done": 10, "running": 0, "read": count}
    assert parts.text == f"10 of {count} parts are done; 0 run."
    assert len([event for event in events if event.kind == "attempt-failed"]) == 1
    assert len([event for event in events if event.kind == "log"]) == 10
    assert len(events) < 30


def test_a_running_job_shows_its_progress() -> None:
    world = make_world()
    job = world.submit()
    claimed = world.claim(job)
    world.table.items[job.key] |= {"total": 17, "done": 6, "progress_text": "page 6 of 17"}
    event = tell(world, job)[-1]
    assert (event.kind, event.text) == ("progress", "page 6 of 17")
    assert event.data == {"done": 6, "total": 17, "text": "page 6 of 17"}
    assert event.at == claimed.updated_at


def test_a_cold_start_comes_before_its_claim() -> None:
    world = make_world()
    job = world.submit()
    world.claim(job)
    world.table.items[job.key]["cold_start"] = True
    assert kinds(tell(world, job))[-2:] == ["cold-start", "claimed"]


def test_a_record_of_the_release_before_has_a_story() -> None:
    world = make_world(OverLimit)
    job = world.submit(parts=2)
    world.work()
    for item in world.table.items.values():
        for name in ("split_at", "again_at", "released_at", "rescued_at", "retried_at", "log"):
            item.pop(name, None)
    assert kinds(tell(world, job))[0] == "accepted"
    assert kinds(tell(world, job))[-1] == "ended"
