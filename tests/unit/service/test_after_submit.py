"""The submission of a job that waits for others: what is written, and every refusal leaves nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from heavylift.errors import Conflict, Gone, HeavyliftError, InvalidRequest, NotFound
from heavylift.jobs.ids import new_id
from heavylift.jobs.job import Job
from heavylift.jobs.later import DAY_S
from heavylift.jobs.states import Phase, Status
from heavylift.ports.table import Create, Write
from heavylift.service.control import cancel
from heavylift.service.delete import delete_job
from heavylift.service.inputs import OutputOf
from heavylift.service.start import When
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from tests.support.world import CITE, COPY, TEXT, World
from tests.unit.service.after_case import submit_after


def test_a_job_that_ends_between_the_read_and_the_write_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    first = world.submit()
    transact = world.table.transact

    def end_first(*writes: Write) -> None:
        if any(isinstance(write, Create) and write.key.sk == "JOB" for write in writes):
            monkeypatch.setattr(world.table, "transact", transact)
            world.work()
        transact(*writes)

    monkeypatch.setattr(world.table, "transact", end_first)
    second = submit_after(world, first)
    assert (world.job(first).status, second.phase) == (Status.DONE, Phase.QUEUED)
    assert not [key for key in world.table.items if key.sk.startswith("NEXT#")]


def test_a_repeated_request_finds_its_job_after_what_it_waits_for_has_failed() -> None:
    world = World()
    first = world.submit()
    request = Submission(
        "me", CITE.name, {"source": first.id}, idempotency_key="k", when=When(after=(first.id,))
    )
    second = submit(world.system, request)
    cancel(world.system, first)
    assert submit(world.system, request).id == second.id
    with pytest.raises(Conflict):
        submit(world.system, replace(request, when=When(after=(first.id,), after_any=True)))
    with pytest.raises(Conflict):
        submit(world.system, replace(request, idempotency_key="another"))


def canceled(world: World) -> Job:
    return cancel(world.system, world.submit())


def deleted(world: World) -> Job:
    job = canceled(world)
    delete_job(world.system, "me", job.id)
    return job


def unknown(world: World) -> Job:
    return replace(world.submit(), id=new_id(world.clock.now()))


def far(world: World) -> Job:
    when = When(delay_s=30 * DAY_S)
    job = submit(world.system, Submission("me", COPY.name, {}, TEXT + b"hello", when=when))
    second = submit_after(world, job)
    world.table.items[second.key]["deadline"] += DAY_S
    return second


@pytest.mark.parametrize(
    ("make", "tenant", "refusal"),
    [
        (canceled, "me", Conflict),
        (deleted, "me", Gone),
        (unknown, "me", NotFound),
        (World.submit, "another", NotFound),
        (far, "me", InvalidRequest),
    ],
)
def test_a_refusal_leaves_nothing_behind(
    make: Callable[[World], Job], tenant: str, refusal: type[HeavyliftError]
) -> None:
    world = World()
    upstream = make(world)
    before = dict(world.table.items), dict(world.objects.objects)
    with pytest.raises(refusal):
        submit_after(world, upstream, tenant=tenant)
    assert (world.table.items, world.objects.objects) == before


def test_a_job_waits_for_a_time_or_for_jobs_and_not_for_both() -> None:
    world = World()
    first = world.submit()
    request = Submission("me", COPY.name, {}, OutputOf(first.id, "copy-1.txt"), when=When(delay_s=60))
    with pytest.raises(InvalidRequest, match="not for both"):
        submit(world.system, request)


def test_a_job_that_waits_for_a_far_job_has_its_input_below_later() -> None:
    world = World()
    when = When(delay_s=20 * DAY_S)
    first = submit(world.system, Submission("me", COPY.name, {}, TEXT + b"hello", when=when))
    second = submit_after(world, first)
    assert (second.input or {})["key"] == f"later/{second.id}/input"
