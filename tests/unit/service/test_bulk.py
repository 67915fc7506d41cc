"""Acts on many jobs: who is taken, who is refused and why, and where the next call goes on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any

import pytest

from heavylift.errors import QueueFull, Throttled
from heavylift.jobs.ids import new_id
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.table import Index, IndexPage
from heavylift.service.bulk import (
    CANCEL,
    DELETE,
    MAX_SECONDS,
    RETRY,
    Act,
    ActedOn,
    act_on_ids,
    act_on_wanted,
    cursor_after,
)
from heavylift.service.control import cancel, retry
from heavylift.service.labels import Labels
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.service.wanted import Wanted
from tests.support.world import COPY, QUEUE, TEXT, World


def submit_tagged(world: World, *tags: str) -> Job:
    world.clock.sleep(1)
    return submit(world.system, Submission("me", COPY.name, {}, TEXT, labels=Labels(tags=tags)))


def cancel_all(world: World, *jobs: Job) -> None:
    for job in jobs:
        cancel(world.system, world.job(job))


def statuses(world: World, *jobs: Job) -> list[str]:
    return [str(world.job(job).status) for job in jobs]


def reasons(outcome: ActedOn) -> list[str]:
    return [error.detail for error in outcome.refused.values()]


@pytest.mark.parametrize("act", [CANCEL, RETRY, DELETE], ids=lambda act: act.name)
def test_each_refusal_has_its_reason_and_stops_no_other(act: Act) -> None:
    world = World()
    done = submit_tagged(world)
    world.work()
    queued, canceled = submit_tagged(world), submit_tagged(world)
    cancel_all(world, canceled)
    absent = new_id(world.clock.now())
    ids = [absent, "nonsense", done.id, queued.id, canceled.id]
    outcome = act_on_ids(world.system, "me", act, ids)
    took = {"cancel": [queued, canceled], "retry": [canceled], "delete": [done, canceled]}[act.name]
    assert outcome.job_ids == [job.id for job in took]
    assert list(outcome.refused) == [each for each in ids if each not in outcome.job_ids]
    assert outcome.last is None
    assert all(reasons(outcome))


def test_a_repeated_cancel_or_delete_says_the_same_and_a_repeated_retry_runs_nothing_twice() -> None:
    world = World()
    job = submit_tagged(world)
    for _ in range(2):
        assert act_on_ids(world.system, "me", CANCEL, [job.id, job.id]).job_ids == [job.id]
    assert act_on_ids(world.system, "me", RETRY, [job.id]).job_ids == [job.id]
    again = act_on_ids(world.system, "me", RETRY, [job.id])
    assert reasons(again) == ["The job is PROCESSING: only a FAILED or CANCELED job can be retried."]
    world.work()
    assert world.task.runs == [1]
    for _ in range(2):
        assert act_on_ids(world.system, "me", DELETE, [job.id]).job_ids == [job.id]


def test_a_search_takes_the_jobs_in_a_state_for_the_act_and_goes_on_page_by_page() -> None:
    world = World()
    done = submit_tagged(world, "a")
    world.work()
    jobs = [submit_tagged(world, "a") for _ in range(5)]
    other = submit_tagged(world, "b")
    seen: list[str] = []
    cursor = None
    for _ in range(4):
        outcome = act_on_wanted(world.system, "me", CANCEL, Wanted(tag="a"), limit=2, cursor=cursor)
        assert not outcome.refused
        seen += outcome.job_ids
        cursor = cursor_after("me", outcome)
        if cursor is None:
            break
    assert seen == [job.id for job in reversed(jobs)]
    assert statuses(world, done, other) == ["DONE", "PROCESSING"]
    assert act_on_wanted(world.system, "me", CANCEL, Wanted(tag="a")).job_ids == []


@pytest.mark.parametrize("of_ids", [True, False])
def test_a_call_out_of_time_says_where_the_next_one_goes_on(
    monkeypatch: pytest.MonkeyPatch, *, of_ids: bool
) -> None:
    world = World()
    jobs = [submit_tagged(world, "a") for _ in range(5)]
    cancel_all(world, *jobs)
    update = world.table.transact

    def be_slow(*writes: Any) -> None:
        world.clock.sleep(MAX_SECONDS / 2)
        update(*writes)

    monkeypatch.setattr(world.table, "transact", be_slow)
    ids = [job.id for job in jobs]
    seen: list[str] = []
    after: str | None = None
    calls = 0
    while calls < 4:
        calls += 1
        if of_ids:
            outcome = act_on_ids(world.system, "me", DELETE, ids, after=after)
        else:
            cursor = cursor_after("me", ActedOn(last=after))
            outcome = act_on_wanted(world.system, "me", DELETE, Wanted(tag="a"), cursor=cursor)
        seen += outcome.job_ids
        after = outcome.last
        if after is None:
            break
    assert (calls, sorted(seen)) == (2, sorted(ids))
    assert len(seen) == len(ids)


def test_a_fault_in_the_middle_reports_what_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    jobs = [submit_tagged(world) for _ in range(3)]
    ids = [job.id for job in jobs]
    update = world.table.update

    def fail_at_the_third(change: Any) -> Any:
        if change.key == jobs[2].key:
            raise Throttled("busy")
        return update(change)

    monkeypatch.setattr(world.table, "update", fail_at_the_third)
    outcome = act_on_ids(world.system, "me", CANCEL, ids)
    assert (outcome.job_ids, outcome.last) == (ids[:2], ids[1])
    with pytest.raises(Throttled):
        act_on_ids(world.system, "me", CANCEL, ids, after=outcome.last)
    monkeypatch.undo()
    assert act_on_ids(world.system, "me", CANCEL, ids, after=outcome.last).job_ids == ids[2:]


def test_a_full_queue_refuses_a_retry_and_leaves_the_job() -> None:
    world = World()
    jobs = [submit_tagged(world) for _ in range(3)]
    cancel_all(world, *jobs)
    world.queue.queues[QUEUE].clear()
    room = iter([True, False, True])

    @contextmanager
    def reserve(_job: Job) -> Any:
        if not next(room):
            raise QueueFull("full")
        yield

    outcome = act_on_ids(world.system, "me", RETRY, [job.id for job in jobs], reserve=reserve)
    assert outcome.job_ids == [jobs[0].id, jobs[2].id]
    assert [type(error) for error in outcome.refused.values()] == [QueueFull]
    assert statuses(world, *jobs) == ["PROCESSING", "CANCELED", "PROCESSING"]


@pytest.mark.parametrize("act", [RETRY, DELETE], ids=lambda act: act.name)
def test_an_index_that_is_behind_does_no_harm(monkeypatch: pytest.MonkeyPatch, act: Act) -> None:
    """The index shows a canceled job that was retried, and is DONE since."""
    world = World()
    job = submit_tagged(world)
    cancel_all(world, job)
    behind = world.table.query(Index("tenant", "tenant_pk", "id"), "TENANT#me")
    retry(world.system, world.job(job))
    world.work()
    monkeypatch.setattr(world.table, "query", lambda *_, **__: IndexPage(behind.items, None))
    outcome = act_on_wanted(world.system, "me", act, Wanted(status=Status.CANCELED))
    assert (outcome.job_ids, reasons(outcome)) == ([], ["The job is DONE now."])
    assert world.outputs(job) == ["copy-1.txt"]


def test_a_deletion_looks_again_at_a_job_that_changes_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """The job is retried and DONE between the look of a deletion and its write."""
    world = World()
    job = submit_tagged(world)
    cancel_all(world, job)
    update = world.table.update

    def run_first(change: Any) -> Any:
        if "deleted_at" in change.set:
            monkeypatch.undo()
            retry(world.system, world.job(job))
            world.work()
        return update(change)

    monkeypatch.setattr(world.table, "update", run_first)
    outcome = act_on_wanted(world.system, "me", DELETE, Wanted(status=Status.CANCELED))
    assert reasons(outcome) == ["The job is DONE now."]
    assert world.job(job).status == Status.DONE
