"""Jobs that wait for outputs of others: found when the wait ends, or missing then."""

from __future__ import annotations

import pytest

from heavylift.jobs.job import Phase, Status
from heavylift.service.delete import delete_job
from heavylift.service.inputs import OutputOf
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
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
