"""Jobs that wait for others: freed once, failed once, canceled, retried; and every refusal leaves nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from heavylift.errors import Conflict, Gone, HeavyliftError, InvalidInput, InvalidRequest, NotFound
from heavylift.job_store.waiting import settle_dependents
from heavylift.jobs.ids import new_id
from heavylift.jobs.job import Job, Phase, Status
from heavylift.jobs.later import DAY_S, NEAR_S, WAIT_MARGIN_S
from heavylift.ports.table import Create, Write
from heavylift.recovery.sweep import sweep_all
from heavylift.service.control import cancel, retry
from heavylift.service.delete import delete_job
from heavylift.service.dependents import find_failed_dependents
from heavylift.service.inputs import OutputOf
from heavylift.service.start import When
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from tests.support.world import CITE, COPY, QUEUE, TEXT, CopyTask, World


def submit_after(world: World, *upstream: Job, any_end: bool = False, tenant: str = "me") -> Job:
    when = When(after=tuple(job.id for job in upstream), after_any=any_end)
    return submit(world.system, Submission(tenant, COPY.name, {}, TEXT + b"hello", when=when))


def pass_on(world: World, *ended: Job) -> None:
    """Do what the stream does at the end of these jobs."""
    for job in ended:
        assert world.job(job).awaited is True
        settle_dependents(world.system, job.id)


def type_of_error(job: Job) -> str:
    return str((job.error or {})["type"])


def fail(number: int) -> None:
    raise InvalidInput("no")


def test_a_chain_of_jobs_runs_one_after_the_other() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first)
    third = submit_after(world, first, second)
    assert [each.phase for each in (first, second, third)] == [Phase.QUEUED, Phase.WAITING, Phase.WAITING]
    world.work()
    assert (world.job(first).status, world.job(second).phase) == (Status.DONE, Phase.WAITING)
    pass_on(world, first)
    assert (world.job(second).phase, world.job(third).awaits) == (Phase.QUEUED, [second.id])
    pass_on(world, first)  # a record comes again
    assert len(world.queue.queues[QUEUE]) == 1
    world.work()
    pass_on(world, second)
    world.work()
    assert world.job(third).status == Status.DONE


def test_the_deadline_counts_from_the_end_of_the_wait_which_has_a_bound_of_its_own() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first)
    assert second.waits_until == first.deadline + WAIT_MARGIN_S
    assert second.deadline == second.waits_until + COPY.deadline_s
    world.clock.sleep(100)
    world.work()
    freed_at = world.clock.now()
    pass_on(world, first)
    after = world.job(second)
    assert (after.freed_at, after.deadline) == (freed_at, freed_at + COPY.deadline_s)
    assert after.expires_at == int(after.deadline + 24 * 3600)


def test_the_janitor_is_behind_a_stream_that_loses_a_record() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first)
    world.work()
    world.clock.sleep(60)
    assert sweep_all(world.system, world.queue, world.clock.now() + 60)["WaitsEnded"] == 1
    assert world.job(second).phase == Phase.QUEUED


def test_a_wait_lasts_longer_with_what_it_waits_for_but_not_for_ever() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first)
    while world.clock.now() < second.created_at + NEAR_S:
        cancel(world.system, world.job(first))
        retry(world.system, world.job(first))  # its end was never passed on, and now it is open again
        world.clock.sleep(3000)
        sweep_all(world.system, world.queue, world.clock.now() + 60)
        later = world.job(second)
        assert later.ended or later.deadline > world.clock.now() + COPY.deadline_s
    assert (later.status, type_of_error(later)) == (Status.FAILED, "/problems/deadline-exceeded")
    assert (later.ended_at or 0) - later.created_at < NEAR_S + 3000 + 1


@pytest.mark.parametrize("end", ["fail", "cancel"])
def test_a_job_fails_with_what_it_waits_for_and_the_failure_goes_down_the_chain(end: str) -> None:
    world = World(CopyTask(before=fail))
    first, other = world.submit(), world.submit()
    second = submit_after(world, first, other)
    third = submit_after(world, second)
    if end == "cancel":
        cancel(world.system, first)
    else:
        world.work_once()
    pass_on(world, first, second)
    assert {type_of_error(world.job(each)) for each in (second, third)} == {"/problems/upstream-failed"}
    assert first.id in (world.job(second).error or {})["detail"]
    assert world.job(second).dead_pk is None


def test_with_after_any_it_runs_all_the_same() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first, any_end=True)
    cancel(world.system, first)
    pass_on(world, first)
    world.work()
    assert world.job(second).status == Status.DONE
    assert submit_after(world, first, any_end=True).phase == Phase.QUEUED


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


def test_a_job_that_only_waits_for_a_job_that_is_deleted_runs() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first)
    world.work()
    delete_job(world.system, "me", first.id)
    pass_on(world, first)
    assert world.job(second).phase == Phase.QUEUED


def test_a_retry_of_what_failed_names_what_failed_with_it_and_that_waits_again() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first)
    cancel(world.system, first)
    pass_on(world, first)
    with pytest.raises(Conflict, match=first.id):
        retry(world.system, world.job(second))
    again = retry(world.system, world.job(first))
    assert find_failed_dependents(world.system, again) == [second.id]
    assert retry(world.system, world.job(second)).phase == Phase.WAITING
    assert find_failed_dependents(world.system, again) == []
    settle_dependents(world.system, first.id)  # a record of the end before
    assert world.job(second).phase == Phase.WAITING
    world.work()
    pass_on(world, first)
    world.work()
    assert world.job(second).status == Status.DONE


def test_a_canceled_job_that_waits_no_more_runs_when_it_is_retried() -> None:
    world = World()
    first = world.submit()
    second = submit_after(world, first)
    cancel(world.system, second)
    world.work()
    pass_on(world, first)
    assert world.job(second).status == Status.CANCELED
    assert retry(world.system, world.job(second)).phase == Phase.QUEUED


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
