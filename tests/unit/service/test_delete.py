"""Deletion: what is gone at once, what stays, and what the janitor finishes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from heavylift.errors import Conflict, Gone, InvalidRequest, NotFound, Throttled
from heavylift.jobs.deletion import CUT_OFF_S, STRAY_S
from heavylift.jobs.job import PART_PREFIX, Job
from heavylift.jobs.states import Phase, Status
from heavylift.ports.table import Change, Item
from heavylift.recovery.deletions import DeletionSweep
from heavylift.service.control import cancel, retry
from heavylift.service.dead_letters import query_dead_letters
from heavylift.service.delete import delete_job
from heavylift.service.find import find_job
from heavylift.service.inputs import OutputOf
from heavylift.service.labels import Labels
from heavylift.service.search import search_jobs
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.service.wanted import Wanted
from tests.support.world import COPY, TEXT, CopyTask, World

SECRET = "a-word-of-the-client"


def run_job(world: World, parts: int = 1, **more: Any) -> Job:
    labels = Labels(SECRET, SECRET, (SECRET,), f"{SECRET}.txt")
    job = submit(world.system, Submission("me", COPY.name, {"parts": parts}, TEXT, labels=labels, **more))
    world.work()
    return world.job(job)


def sweep(world: World) -> int:
    return DeletionSweep(world.system, world.clock.now() + 60).run()["DeletionsFinished"]


def stored_below(world: World, job: Job) -> list[str]:
    return [key for key in world.objects.objects if key.startswith(f"jobs/{job.id}/")]


@pytest.mark.parametrize("parts", [1, 60])
def test_a_deleted_job_is_gone_with_all_that_it_stored(parts: int) -> None:
    world = World()
    job = run_job(world, parts)
    assert job.status == Status.DONE
    assert stored_below(world, job)
    delete_job(world.system, "me", job.id)
    assert stored_below(world, job) == []
    with pytest.raises(Gone, match="was deleted"):
        find_job(world.system, "me", job.id)
    assert search_jobs(world.system, "me", Wanted()).jobs == []
    assert search_jobs(world.system, "me", Wanted(tag=SECRET)).jobs == []
    assert "tenant_pk" not in world.table.items[job.key]
    records = [item for key, item in world.table.items.items() if key.pk == job.pk]
    assert "copy-1.txt" not in json.dumps(records)
    assert SECRET not in json.dumps(records)
    labels = [item for key, item in world.table.items.items() if key.pk.endswith(f"#{SECRET}")]
    assert len(labels) == 2
    assert all(label["expires_at"] <= world.clock.now() for label in labels)
    delete_job(world.system, "me", job.id)


def test_an_open_job_is_not_deleted_and_a_late_cancel_deletes_nothing() -> None:
    world = World()
    job = world.submit()
    with pytest.raises(Conflict, match="Cancel it first"):
        delete_job(world.system, "me", job.id)
    world.work()
    with pytest.raises(Conflict):
        cancel(world.system, world.job(job))
    assert world.outputs(job) == ["copy-1.txt"]


def test_only_its_tenant_deletes_a_job() -> None:
    world = World()
    job = run_job(world)
    with pytest.raises(NotFound):
        delete_job(world.system, "you", job.id)
    with pytest.raises(NotFound):
        delete_job(world.system, "me", "0197b4e2-7d1c-7c3e-9a51-3f6f0c2d8e11")
    assert world.job(job).deleted_at is None


def test_a_deleted_job_is_no_input_and_no_dead_letter_and_is_not_retried() -> None:
    def fail(_number: int) -> None:
        raise RuntimeError("out of luck")

    world = World(CopyTask(before=fail))
    job = run_job(world)
    assert job.status == Status.FAILED
    assert query_dead_letters(world.system, "me").jobs
    delete_job(world.system, "me", job.id)
    assert query_dead_letters(world.system, "me").jobs == []
    with pytest.raises(Conflict):
        retry(world.system, job)
    with pytest.raises(Gone):
        submit(world.system, Submission("me", COPY.name, {}, OutputOf(job.id, "copy-1.txt")))


def test_a_retry_that_comes_first_keeps_the_job() -> None:
    world = World()
    job = world.submit()
    cancel(world.system, world.job(job))
    canceled = world.job(job)
    retry(world.system, canceled)
    with pytest.raises(Conflict, match="Cancel it first"):
        delete_job(world.system, "me", job.id)
    world.work()
    assert world.job(job).status == Status.DONE


def test_a_retry_between_the_look_and_the_write_keeps_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    job = world.submit()
    cancel(world.system, world.job(job))
    canceled, update = world.job(job), world.table.update

    def retry_first(change: Change) -> Item:
        if "deleted_at" in change.set:
            monkeypatch.undo()
            retry(world.system, canceled)
        return update(change)

    monkeypatch.setattr(world.table, "update", retry_first)
    with pytest.raises(Conflict, match="Cancel it first"):
        delete_job(world.system, "me", job.id)
    world.work()
    assert world.job(job).status == Status.DONE


def test_the_parts_of_a_deleted_job_have_ended_and_a_late_retry_resets_none() -> None:
    def fail(_number: int) -> None:
        raise RuntimeError("out of luck")

    world = World(CopyTask(before=fail))
    job = submit(world.system, Submission("me", COPY.name, {"parts": 3}, TEXT))
    while not world.job(job).ended:
        world.work_once()
        world.clock.sleep(60)
    failed = world.job(job)
    assert set(phases_of_parts(world, job)) == {Phase.QUEUED, Phase.FINISHED}
    delete_job(world.system, "me", job.id)
    assert phases_of_parts(world, job) == [Phase.FINISHED] * 3
    with pytest.raises(Conflict):
        retry(world.system, failed)
    assert phases_of_parts(world, job) == [Phase.FINISHED] * 3


def phases_of_parts(world: World, job: Job) -> list[str]:
    return [item["phase"] for item in world.table.list_children(job.pk, PART_PREFIX)]


def test_the_idempotency_key_of_a_deleted_job_makes_no_other() -> None:
    world = World()
    job = run_job(world, idempotency_key="k")
    delete_job(world.system, "me", job.id)
    with pytest.raises(Gone, match="Idempotency-Key"):
        run_job(world, idempotency_key="k")
    with pytest.raises(InvalidRequest):
        run_job(world, parts=2, idempotency_key="k")


def test_the_janitor_finishes_a_deletion_that_was_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    job = run_job(world, 3)
    delete_below = world.objects.delete_below

    def refuse(_prefix: str) -> None:
        raise Throttled("busy")

    monkeypatch.setattr(world.objects, "delete_below", refuse)
    with pytest.raises(Throttled):
        delete_job(world.system, "me", job.id)
    with pytest.raises(Gone):
        find_job(world.system, "me", job.id)
    assert stored_below(world, job)
    monkeypatch.setattr(world.objects, "delete_below", delete_below)
    assert sweep(world) == 0
    world.clock.sleep(CUT_OFF_S)
    assert sweep(world) == 1
    assert stored_below(world, job) == []


def test_what_a_late_worker_stores_is_deleted_too_and_then_the_index_is_left() -> None:
    world = World()
    job = run_job(world)
    delete_job(world.system, "me", job.id)
    world.objects.put(f"jobs/{job.id}/outputs/copy-1.txt", b"late", "text/plain")
    world.clock.sleep(STRAY_S - 1)
    assert sweep(world) == 0
    world.clock.sleep(1)
    assert sweep(world) == 1
    assert stored_below(world, job) == []
    assert "open_pk" not in world.table.items[job.key]
    assert sweep(world) == 0


def test_the_record_of_the_release_before_has_no_deletion() -> None:
    world = World()
    job = run_job(world)
    assert "deleted_at" not in world.table.items[job.key]
    assert replace(job).deleted_at is None
