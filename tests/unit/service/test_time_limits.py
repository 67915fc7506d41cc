"""A job's own deadline, and its own time after the end: `deadline_s` and `expire_in`."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from heavylift.errors import Gone, InvalidRequest
from heavylift.jobs.deletion import STRAY_S
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.recovery.deletions import DeletionSweep
from heavylift.recovery.janitor import Janitor
from heavylift.service.control import cancel, retry
from heavylift.service.find import find_job
from heavylift.service.job_view import view
from heavylift.service.labels import Labels
from heavylift.service.search import search_jobs
from heavylift.service.submission import Submission, digest_of
from heavylift.service.submit import submit
from heavylift.service.wanted import Wanted
from tests.support.world import COPY, TEXT, World

KEPT_S = 600
TAG = "a-word-of-the-client"


def submit_short(world: World, **limits: Any) -> Job:
    labels = Labels(tags=(TAG,), name=TAG)
    return submit(world.system, Submission("me", COPY.name, {"parts": 2}, TEXT, labels=labels, **limits))


def sweep(world: World) -> int:
    return DeletionSweep(world.system, world.clock.now() + 60).run()["JobsExpiredEarly"]


def sweep_until(world: World, until: float) -> int:
    """Sweep each minute, and return how many jobs expired."""
    count = 0
    while world.clock.now() < until:
        world.clock.sleep(60)
        count += sweep(world)
    return count


def stored_below(world: World, job: Job) -> list[str]:
    return [key for key in world.objects.objects if key.startswith(f"jobs/{job.id}/")]


def test_a_job_and_all_that_it_stored_are_gone_when_its_time_is_over() -> None:
    world = World()
    job = submit_short(world, expire_in=KEPT_S)
    assert view(world.job(job), "").expires_at.timestamp() == pytest.approx(job.deadline + KEPT_S, abs=1)
    world.clock.sleep(100)
    world.work(300)
    ended = world.job(job)
    assert ended.status == Status.DONE
    assert ended.ended_at
    assert view(ended, "").expires_at.timestamp() == pytest.approx(ended.ended_at + KEPT_S, abs=1)
    assert sweep_until(world, ended.ended_at + KEPT_S - 61) == 0
    assert find_job(world.system, "me", job.id).id == job.id
    assert stored_below(world, job)
    assert sweep_until(world, ended.ended_at + KEPT_S) == 1
    assert stored_below(world, job) == []
    with pytest.raises(Gone, match="has expired"):
        find_job(world.system, "me", job.id)
    assert search_jobs(world.system, "me", Wanted()).jobs == []
    records = [item for key, item in world.table.items.items() if key.pk == job.pk]
    assert TAG not in json.dumps(records)
    [label] = [item for key, item in world.table.items.items() if key.pk.endswith(TAG)]
    assert label["expires_at"] <= world.clock.now()
    assert world.table.items[job.key]["expires_at"] > world.clock.now(), "the tombstone stays for its 410"


def test_a_job_is_gone_for_clients_before_the_janitor_comes() -> None:
    world = World()
    job = submit_short(world, expire_in=KEPT_S)
    world.work(300)
    world.clock.sleep(KEPT_S)
    with pytest.raises(Gone):
        find_job(world.system, "me", job.id)
    assert search_jobs(world.system, "me", Wanted(tag=TAG)).jobs == []
    assert search_jobs(world.system, "me", Wanted()).jobs == []


def test_what_a_late_worker_stores_of_an_expired_job_is_deleted_too() -> None:
    world = World()
    job = submit_short(world, expire_in=KEPT_S)
    cancel(world.system, world.job(job))
    assert sweep_until(world, world.clock.now() + 2 * KEPT_S) == 1
    world.objects.put(f"jobs/{job.id}/outputs/copy-1.txt", b"late", "text/plain")
    world.clock.sleep(STRAY_S)
    sweep(world)
    assert stored_below(world, job) == []
    world.clock.sleep(STRAY_S)
    assert sweep(world) == 0
    in_index = [item for key, item in world.table.items.items() if key.pk == job.pk and "open_pk" in item]
    assert in_index == []


def test_a_retry_keeps_both_and_the_time_begins_again_with_the_new_end() -> None:
    world = World()
    job = submit_short(world, expire_in=KEPT_S, deadline_s=900)
    cancel(world.system, world.job(job))
    world.clock.sleep(KEPT_S - 60)
    sweep(world)
    again = retry(world.system, world.job(job))
    assert again.deadline == world.clock.now() + 900
    assert sweep_until(world, world.clock.now() + 120) == 0
    world.work(300)
    ended = world.job(job)
    assert ended.status == Status.DONE
    assert ended.gone_at == (ended.ended_at or 0) + KEPT_S
    assert sweep_until(world, ended.gone_at - 61) == 0
    assert sweep_until(world, ended.gone_at) == 1


def test_a_job_ends_by_its_own_deadline() -> None:
    world = World()
    job = submit_short(world, deadline_s=90)
    assert job.deadline == job.created_at + 90
    world.clock.sleep(120)
    Janitor(world.system, world.clock.now() + 60).run()
    ended = world.job(job)
    assert ended.error
    assert (ended.status, ended.error["type"]) == (Status.FAILED, "/problems/deadline-exceeded")


def test_an_idempotency_key_of_an_expired_job_makes_no_other() -> None:
    world = World()
    submit_short(world, expire_in=KEPT_S, idempotency_key="k")
    world.work(300)
    world.clock.sleep(KEPT_S)
    with pytest.raises(Gone, match="has expired"):
        submit_short(world, expire_in=KEPT_S, idempotency_key="k")


@pytest.mark.parametrize(
    ("limits", "pointer", "limit"),
    [
        ({"deadline_s": COPY.deadline_s + 1}, "/deadline_s", "1 to 3600 seconds"),
        ({"deadline_s": -1}, "/deadline_s", "1 to 3600 seconds"),
        ({"expire_in": 24 * 3600 + 1}, "/expire_in", "60 to 86400 seconds"),
        ({"expire_in": 59}, "/expire_in", "60 to 86400 seconds"),
    ],
)
def test_a_time_out_of_range_is_refused_with_the_limit(
    limits: dict[str, int], pointer: str, limit: str
) -> None:
    world = World()
    with pytest.raises(InvalidRequest) as refused:
        submit_short(world, **limits)
    assert [fault["pointer"] for fault in refused.value.faults] == [pointer]
    assert limit in refused.value.detail
    assert world.table.items == {}


def test_a_request_without_them_has_the_fingerprint_of_the_release_before() -> None:
    plain = Submission("me", COPY.name, {}, TEXT)
    others = replace(plain, deadline_s=90), replace(plain, expire_in=90)
    assert digest_of(plain).hex() == "bc545ffa8a537ff8451c79fc2051dde725df416ae63121563dc26959d245e1b7"
    assert len({digest_of(each) for each in (plain, *others)}) == 3
