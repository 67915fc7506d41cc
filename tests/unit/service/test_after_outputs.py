"""Jobs that wait for outputs of others: found when the wait ends, or missing then."""

from __future__ import annotations

import pytest

from heavylift.jobs.states import Phase, Status
from heavylift.recovery.sweep import sweep_all
from heavylift.service.delete import delete_job
from heavylift.service.inputs import OutputOf
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.tasks.registry import TASKS
from tests.support.world import CITE, COPY, World
from tests.unit.service.after_case import pass_on, type_of_error


def test_an_input_and_a_param_of_jobs_that_have_not_ended_are_found_when_it_is_freed() -> None:
    world = World()
    first = world.submit()
    copied = submit(world.system, Submission("me", COPY.name, {}, OutputOf(first.id, "copy-1.txt")))
    citing = submit(world.system, Submission("me", CITE.name, {"source": first.id}))
    assert (copied.phase, copied.input, copied.after) == (Phase.WAITING, None, [first.id])
    world.work()
    pass_on(world, first)
    key = f"jobs/{first.id}/outputs/copy-1.txt"
    assert world.job(copied).input == {
        "key": key,
        "bytes": 10,
        "media_type": "text/plain",
        "name": "copy-1.txt",
    }
    assert (world.job(citing).references or {})["source"]["key"] == key
    world.work_once()
    world.work_once()  # the other one is of a task that this worker does not have
    assert world.job(copied).status == Status.DONE


def test_no_empty_string_is_stored_of_what_a_job_waits_for() -> None:
    """Earlier releases of DynamoDB Local refuse an item that has one."""
    world = World()
    first = world.submit()
    for submission in (
        Submission("me", COPY.name, {}, OutputOf(first.id, "copy-1.txt")),
        Submission("me", CITE.name, {"source": first.id}),
        Submission("me", "zip", {"jobs": [first.id]}),
    ):
        wants = submit(world.system, submission).wants or []
        assert [want["job"] for want in wants] == [first.id]
        assert "" not in wants[0].values(), submission.task


@pytest.mark.parametrize(
    ("output", "deleted", "error"),
    [
        ("copy-2.txt", False, "/problems/output-missing"),
        ("copy-1.txt", True, "/problems/output-missing"),
    ],
)
def test_an_output_that_is_missing_then_fails_the_job(output: str, deleted: bool, error: str) -> None:
    world = World()
    first = world.submit()
    second = submit(world.system, Submission("me", COPY.name, {}, OutputOf(first.id, output)))
    world.work()
    if deleted:
        delete_job(world.system, "me", first.id)
    pass_on(world, first)
    assert type_of_error(world.job(second)) == error


def test_a_job_of_a_task_that_is_unknown_here_waits_for_a_function_that_knows_it() -> None:
    world = World()
    first = world.submit()
    citing = submit(world.system, Submission("me", CITE.name, {"source": first.id}))
    copied = submit(world.system, Submission("me", COPY.name, {}, OutputOf(first.id, "copy-1.txt")))
    zipped = submit(world.system, Submission("me", "zip", {"jobs": [first.id]}))
    known = TASKS.pop("zip")
    world.work()
    pass_on(world, first)
    assert [world.job(each).phase for each in (citing, copied)] == [Phase.QUEUED] * 2
    assert world.job(zipped).phase == Phase.WAITING
    world.clock.sleep(60)
    sweep_all(world.system, world.queue, world.clock.now() + 60)
    assert world.job(zipped).phase == Phase.WAITING
    TASKS["zip"] = known
    world.clock.sleep(120)
    sweep_all(world.system, world.queue, world.clock.now() + 60)
    assert world.job(zipped).phase == Phase.QUEUED


def test_a_job_of_a_task_that_is_no_more_ends_with_its_wait() -> None:
    world = World()
    first = world.submit()
    zipped = submit(world.system, Submission("me", "zip", {"jobs": [first.id]}))
    world.work()
    del TASKS["zip"]
    world.clock.sleep((zipped.waits_until or 0) - world.clock.now() + 60)
    sweep_all(world.system, world.queue, world.clock.now() + 60)
    assert type_of_error(world.job(zipped)) == "/problems/deadline-exceeded"
    assert "'zip'" in (world.job(zipped).error or {})["detail"]
