"""Batches: made, counted once, ended, canceled and retried."""

from __future__ import annotations

import json

import pytest

from heavylift.errors import Conflict, InvalidInput
from heavylift.job_store.batch_counts import count_end, load_counts
from heavylift.jobs.batches import COUNTERS, child_id, share_of
from heavylift.jobs.ids import created_at_of
from heavylift.service.batches import check
from heavylift.service.batches.items import MAX_LINE_BYTES, write_lines
from heavylift.service.control import cancel, retry
from tests.support.batch_world import BATCHES, BULK, BatchWorld


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> BatchWorld:
    return BatchWorld(monkeypatch)


def test_a_batch_makes_a_job_for_each_item_and_is_done_with_the_last(world: BatchWorld) -> None:
    batch = world.submit_batch([world.item(name=f"item {n}", params={"parts": 1}) for n in range(1, 41)])
    ended = world.finish(batch)
    assert ended.status == "DONE", ended.error
    jobs = world.children(batch)
    assert [job.name for job in jobs] == [f"item {n}" for n in range(1, 41)]
    assert {job.status for job in jobs} == {"DONE"}
    assert ended.result is not None
    assert ended.result["jobs"] == {"done": 40, "failed": 0, "canceled": 0}


@pytest.mark.parametrize("total", [1, 15, 16, 17, 100])
def test_the_shares_of_the_counters_sum_up(total: int) -> None:
    assert sum(share_of(counter, total) for counter in range(COUNTERS)) == total


def test_ids_of_a_batch_sort_by_position_and_have_its_time(world: BatchWorld) -> None:
    batch = world.submit_batch([world.item()])
    ids = [child_id(batch.id, position) for position in (1, 2, 255, 256, 99_999, 100_000)]
    assert sorted(ids) == ids
    assert {created_at_of(each) for each in ids} == {created_at_of(batch.id)}
    assert ids[0] == child_id(batch.id, 1)


def test_a_wrong_item_is_named_and_nothing_is_made(world: BatchWorld) -> None:
    lines = [
        world.item(),
        world.item(params={"parts": "x"}),
        world.item(input={"job_id": "no", "output": "a"}),
    ]
    ended = world.finish(batch := world.submit_batch(lines))
    assert ended.status == "FAILED"
    assert ended.error is not None
    assert ended.error["type"] == "/problems/invalid-items"
    assert "item 2: /params/parts" in ended.error["detail"]
    assert "item 3: 'no' is not a job id" in ended.error["detail"]
    assert world.children(batch) == []


def test_a_line_that_is_no_json_is_named_by_its_line(world: BatchWorld) -> None:
    good = json.dumps(world.item().model_dump(exclude_unset=True)).encode()
    ended = world.finish(world.submit_batch(good + b"\n\n{nonsense\n"))
    assert ended.error is not None
    assert "item 3: the line" in ended.error["detail"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"name": "caf\xe9"}', "the line: Invalid JSON"),
        (b'{"name": "' + b"x" * MAX_LINE_BYTES + b'"}', "the line has more than"),
    ],
)
def test_a_line_that_is_not_utf_8_or_too_long_is_named(world: BatchWorld, line: bytes, why: str) -> None:
    good = write_lines([world.item()])
    ended = world.finish(world.submit_batch(good + line))
    assert ended.error is not None
    assert f"item 2: {why}" in ended.error["detail"]


def test_a_manifest_may_begin_with_a_byte_order_mark(world: BatchWorld) -> None:
    ended = world.finish(world.submit_batch(b"\xef\xbb\xbf" + write_lines([world.item()])))
    assert ended.status == "DONE"


def test_a_batch_that_has_too_many_items_makes_no_job(
    world: BatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "MAX_ITEMS", 2)
    ended = world.finish(batch := world.submit_batch([world.item() for _ in range(3)]))
    assert ended.error is not None
    assert "at most 2 items" in ended.error["detail"]
    assert world.children(batch) == []


def test_wrong_items_can_be_skipped(world: BatchWorld) -> None:
    lines = [world.item(), world.item(params={"no": 1}), world.item(name="last")]
    ended = world.finish(batch := world.submit_batch(lines, on_invalid="skip"))
    assert ended.status == "DONE"
    assert [(job.name, (job.batch or {})["number"]) for job in world.children(batch)] == [
        (None, 1),
        ("last", 3),
    ]
    assert ended.result is not None
    assert ended.result["skipped"] == 1
    assert ended.result["faults"][0]["number"] == 2


def test_a_failed_job_fails_the_batch_and_a_retry_runs_only_that_job(world: BatchWorld) -> None:
    broken = [True]

    def fail_once(_number: int) -> None:
        if broken and world.task.runs.count(1) > 3:
            raise ValueError

    world.task.before = fail_once
    batch = world.submit_batch([world.item() for _ in range(4)])
    ended = world.finish(batch)
    assert ended.status == "FAILED"
    assert ended.error is not None
    assert "1 failed" in ended.error["detail"] or "2 failed" in ended.error["detail"]
    runs = [job.fence for job in world.children(batch) if job.status == "DONE"]
    broken.clear()
    retry(world.system, world.job(batch))
    again = world.finish(batch)
    assert again.status == "DONE"
    assert again.result is not None
    assert again.result["jobs"] == {"done": 4, "failed": 0, "canceled": 0}
    assert [job.fence for job in world.children(batch)][: len(runs)] == runs


def test_a_batch_that_stops_at_a_failure_cancels_the_rest(world: BatchWorld) -> None:
    def fail(_number: int) -> None:
        raise InvalidInput

    batch = world.submit_batch([world.item() for _ in range(5)], on_failure="stop")
    world.make_once()
    world.task.before = fail
    while not world.job(batch).ended:
        world.work_once(BULK)
        world.pass_stream()
    ended = world.finish(batch)
    assert ended.error is not None
    assert ended.error["type"] == "/problems/batch-stopped"
    statuses = sorted(job.status for job in world.children(batch))
    assert statuses == ["CANCELED"] * 4 + ["FAILED"]


def test_a_canceled_batch_cancels_its_jobs(world: BatchWorld) -> None:
    batch = world.submit_batch([world.item() for _ in range(250)])
    world.make_once()
    cancel(world.system, world.job(batch))
    ended = world.finish(batch)
    assert ended.status == "CANCELED"
    jobs = world.children(batch)
    assert len(jobs) == 250
    assert {job.status for job in jobs} == {"CANCELED"}
    assert load_counts(world.table, batch.id).canceled == 250
    retry(world.system, ended)
    assert world.finish(batch).status == "DONE"


def test_what_the_stream_loses_the_janitor_counts(world: BatchWorld) -> None:
    world.lost = lambda job: (job.batch or {"position": 0})["position"] % 2 == 0
    ended = world.finish(batch := world.submit_batch([world.item() for _ in range(20)]))
    assert ended.status == "DONE"
    assert load_counts(world.table, batch.id).done == 20


def test_an_end_is_counted_once_however_often_the_stream_repeats_it(world: BatchWorld) -> None:
    ended = world.finish(batch := world.submit_batch([world.item() for _ in range(3)]))
    for job in world.children(batch):
        assert not count_end(world.system, job)
        before = dict(world.table.items)
        assert not count_end(world.system, job)
        assert world.table.items == before
    assert ended.status == "DONE"


def test_a_large_batch_is_made_in_windows(world: BatchWorld) -> None:
    batch = world.submit_batch([world.item() for _ in range(1200)])
    world.make_once()
    assert 500 <= len(world.children(batch)) < 700
    assert world.finish(batch).status == "DONE"
    assert load_counts(world.table, batch.id).done == 1200


def test_a_job_of_an_open_batch_can_be_retried_and_is_counted_again(world: BatchWorld) -> None:
    batch = world.submit_batch([world.item() for _ in range(3)])
    world.make_once()
    first = world.children(batch)[0]
    cancel(world.system, first)
    world.pass_stream()
    assert load_counts(world.table, batch.id).canceled == 1
    retry(world.system, world.job(first))
    assert load_counts(world.table, batch.id).canceled == 0
    assert world.finish(batch).status == "DONE"
    with pytest.raises(Conflict):
        retry(world.system, world.job(first))


def test_the_maker_may_die_anywhere_and_no_job_is_made_twice(world: BatchWorld) -> None:
    batch = world.submit_batch([world.item() for _ in range(300)])
    original, calls = world.table.create, [0]

    def die(item: dict[str, object]) -> None:
        calls[0] += 1
        if calls[0] == 150:
            raise ConnectionError
        original(item)

    world.table.create = die  # type: ignore[method-assign]
    ended = world.finish(batch)
    assert ended.status == "DONE"
    assert load_counts(world.table, batch.id).done == 300
    assert len(world.children(batch)) == 300
    assert world.queue.queues.get(BATCHES) in ([], None) or not world.queue.queues[BATCHES]
