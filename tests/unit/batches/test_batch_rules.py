"""Batches at their edges: shared params, short invocations, losses, deletions, late retries."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import pytest
from pydantic import Field

from heavylift.errors import Conflict, InvalidInput, InvalidRequest
from heavylift.job_store import batch_counts
from heavylift.job_store.batch_counts import load_counts, settle
from heavylift.job_store.sealed import load_source
from heavylift.jobs import batches
from heavylift.jobs.afterwards import COUNT_GRACE_S
from heavylift.jobs.batches import Counts
from heavylift.jobs.job import Job
from heavylift.ports.table import ConditionFailed
from heavylift.service.batches import make
from heavylift.service.batches.submit import NewBatch, submit_batch
from heavylift.service.control import cancel, retry
from heavylift.service.delete import delete_job
from heavylift.service.submission import Submission
from heavylift.tasks.registry import TASKS
from heavylift.worker.outcome import JobOutcome
from heavylift.worker.runner import Invocation
from tests.support.batch_world import BATCHES, BULK, BatchWorld
from tests.support.world import COPY, CopyParams, CopyTask, World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> BatchWorld:
    return BatchWorld(monkeypatch)


def test_an_item_adds_to_the_params_of_its_batch(world: BatchWorld) -> None:
    items = [world.item(), world.item(params={"parts": 3})]
    batch = world.submit_batch(items, params={"parts": 2})
    world.finish(batch)
    assert [len(world.outputs(job)) for job in world.children(batch)] == [2, 3]


def test_an_item_that_needs_a_job_that_has_not_ended_does_not_fit(world: BatchWorld) -> None:
    running = World.submit(world)
    waiting = world.item(input={"job_id": running.id, "output": "copy-1.txt"})
    ended = world.finish(world.submit_batch([waiting]))
    assert ended.error is not None
    assert f"item 1: The job {running.id} has not ended" in ended.error["detail"]


def test_the_jobs_of_a_batch_are_not_batches(world: BatchWorld) -> None:
    ended = world.finish(world.submit_batch([world.item()], task="batch"))
    assert ended.error is not None
    assert ended.error["detail"] == "The jobs of a batch are not batches."


def test_a_maker_whose_time_is_short_goes_on_in_the_next_invocation(
    world: BatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = Invocation(ends_at=world.clock.now() + make.RESERVE_S)
    batch = world.submit_batch([world.item()])
    with monkeypatch.context() as patch:
        patch.setattr(world, "invocation", lambda: short)
        disposition = world.make_once()
    assert disposition is not None
    assert disposition.outcome == JobOutcome.POSTPONED
    assert world.children(batch) == []
    assert world.job(batch).attempts == []
    assert world.finish(batch).status == "DONE"


def test_jobs_that_end_before_the_last_is_made_end_the_batch_with_it(
    world: BatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "CHUNK", 1)
    wait = make.Maker._wait_for_room

    def run_jobs_first(maker: make.Maker, made: int) -> None:
        world.work_once(BULK)
        world.pass_stream()
        wait(maker, made)

    record = make.Maker._record

    def run_the_last(maker: make.Maker, made: int) -> None:
        record(maker, made)
        world.work_once(BULK)
        world.pass_stream()

    monkeypatch.setattr(make.Maker, "_wait_for_room", run_jobs_first)
    monkeypatch.setattr(make.Maker, "_record", run_the_last)
    batch = world.submit_batch([world.item(), world.item()])
    world.make_once()
    assert world.job(batch).status == "DONE"


def test_a_maker_that_comes_again_retries_no_job_of_its_own_round(
    world: BatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_maker: make.Maker, _made: int) -> None:
        raise ConnectionError

    def fail(_number: int) -> None:
        raise InvalidInput

    batch = world.submit_batch([world.item()])
    with monkeypatch.context() as patch:
        patch.setattr(make.Maker, "_record", die)
        world.make_once()
    world.task.before = fail
    world.work_once(BULK)
    world.task.before = lambda _number: None
    assert world.finish(batch).status == "FAILED"
    assert [job.fence for job in world.children(batch)] == [1]


def test_an_end_that_was_prepared_before_a_retry_is_refused(world: BatchWorld) -> None:
    batch = world.submit_batch([world.item()])
    world.make_once()
    read = world.job(batch)
    [job] = world.children(batch)
    retry(world.system, cancel(world.system, job))
    with pytest.raises(ConditionFailed):
        world.table.update(batches.end(read, Counts(canceled=1), {}, now=world.clock.now()))
    assert world.finish(batch).status == "DONE"


def test_a_batch_whose_last_count_was_cut_off_is_ended_by_the_janitor(
    world: BatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = world.submit_batch([world.item()])
    world.make_once()
    with monkeypatch.context() as patch:
        patch.setattr(batch_counts, "settle", lambda *_: None)
        world.work_once(BULK)
        world.pass_stream()
    assert load_counts(world.table, batch.id).done == 1
    assert world.job(batch).status == "PROCESSING"
    assert world.finish(batch, seconds=1000).status == "DONE"


def test_the_janitor_sends_the_message_that_cancels_the_jobs(world: BatchWorld) -> None:
    batch = world.submit_batch([world.item()])
    world.make_once()
    cancel(world.system, world.job(batch))
    world.queue.queues[BATCHES].clear()
    world.clock.sleep(COUNT_GRACE_S)
    world.sweep()
    world.make_once()
    assert [job.status for job in world.children(batch)] == ["CANCELED"]


def test_a_job_that_is_deleted_before_it_is_counted_is_counted(world: BatchWorld) -> None:
    batch = world.submit_batch([world.item(), world.item()])
    world.make_once()
    world.work_once(BULK)
    done = next(job for job in world.children(batch) if job.ended)
    delete_job(world.system, "me", done.id)
    assert load_counts(world.table, batch.id).done == 1
    assert world.finish(batch).status == "DONE"


def test_a_batch_can_be_retried_a_day_later_and_deleted_with_its_items(world: BatchWorld) -> None:
    batch = world.submit_batch([world.item()])
    world.make_once()
    cancel(world.system, world.job(batch))
    canceled = world.finish(batch)
    world.clock.sleep(20 * 3600)
    again = retry(world.system, canceled)
    assert again.status == "PROCESSING"
    cancel(world.system, again)
    assert any(key.startswith(f"later/{batch.id}/") for key in world.objects.objects)
    delete_job(world.system, "me", batch.id)
    assert not any(key.startswith(f"later/{batch.id}/") for key in world.objects.objects)


def test_a_batch_that_has_not_made_its_jobs_is_not_settled(world: BatchWorld) -> None:
    batch = world.submit_batch([world.item()])
    settle(world.system, batch)
    assert world.job(batch).status == "PROCESSING"


def test_a_job_is_not_retried_for_a_batch_that_has_ended(world: BatchWorld) -> None:
    batch = world.submit_batch([world.item()])
    world.make_once()
    cancel(world.system, world.job(batch))
    world.finish(batch)
    [job] = world.children(batch)
    with pytest.raises(Conflict):
        retry(world.system, job)


class LockedParams(CopyParams):
    password: Annotated[str | None, Field(json_schema_extra={"writeOnly": True})] = None


def test_a_secret_param_of_all_jobs_is_in_no_record(
    world: BatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = replace(COPY, name="locked-copy", params=LockedParams)
    monkeypatch.setitem(TASKS, locked.name, locked)
    world.tasks[locked.name] = CopyTask(spec=locked)
    new = NewBatch(locked.name, {"password": "swordfish"}, [world.item()], "", "bulk", "continue", "fail")
    batch = submit_batch(world.system, new, Submission("me", "batch", {}))
    assert world.finish(batch).status == "DONE"
    assert "swordfish" not in repr(world.table.items)
    with pytest.raises(InvalidRequest):
        submit_batch(world.system, replace(new, items=[], manifest="upload"), Submission("me", "batch", {}))


def test_the_window_grows_with_the_pace() -> None:
    assert batches.window_of(0, 0) == batches.MIN_WINDOW
    assert batches.window_of(100, 10) == 6000
    assert batches.window_of(10_000, 10) == batches.MAX_WINDOW


def test_a_count_of_no_batch_is_an_error(world: BatchWorld) -> None:
    with pytest.raises(ValueError, match="in no batch"):
        batches.count(replace(world.source, counted=None))
    assert isinstance(world.source, Job)


def test_an_item_at_a_url_is_a_job_whose_worker_fetches_it(world: BatchWorld) -> None:
    url, headers = "https://example.org/a.txt?sig=s3cret", {"Authorization": "Bearer word"}
    batch = world.submit_batch([world.item(input={"url": url, "headers": headers})])
    world.make_once()
    [job] = world.children(batch)
    assert job.input is not None
    assert (job.input["url"], job.input["name"]) == ("https://example.org/a.txt", "a.txt")
    assert load_source(world.objects, job) == {"url": url, "headers": headers}
    assert "s3cret" not in str(world.table.items)


def test_an_item_at_a_private_address_does_not_fit(world: BatchWorld) -> None:
    ended = world.finish(world.submit_batch([world.item(input={"url": "https://127.0.0.1/"})]))
    assert ended.error is not None
    assert ended.error["type"] == "/problems/invalid-items"
