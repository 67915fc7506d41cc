"""What lists, filters and counts cost: the same for a tenant with 100 jobs and with many."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from heavylift.jobs.job import new_item
from heavylift.jobs.label_lists import label_items
from heavylift.jobs.states import DONE, FAILED, Status
from heavylift.ports.table import Key
from heavylift.service.bulk import CANCEL, act_on_wanted
from heavylift.service.counts import count_jobs
from heavylift.service.list_view import view_in_list
from heavylift.service.listing import tenant_partition
from heavylift.service.search import search_jobs
from heavylift.service.wanted import Wanted
from tests.support.metered_jobs import LONG, MeteredWorld

FEW, MANY = 100, 12_000
PAGE_BYTES = 5_000_000


def fill(count: int) -> MeteredWorld:
    """Return a world with as many jobs of one tenant, each with the same tag and with short params."""
    world = MeteredWorld()
    made = world.submit()
    table = world.table
    for number in range(count):
        job_id = f"0198{number // 65536:04x}-{number % 65536:04x}-7000-8000-000000000000"
        pk = f"JOB#{job_id}"
        status, phase = DONE if number % 50 else FAILED
        job = replace(made, pk=pk, id=job_id, tags=["a"], status=status, phase=phase)
        table.items[Key(pk, "JOB")] = {**new_item(job), "tenant_pk": tenant_partition("me")}
        for label in label_items(job, job.expires_at):
            table.items[Key(label["pk"], label["sk"])] = label
    return world


@pytest.fixture(scope="module")
def worlds() -> tuple[MeteredWorld, MeteredWorld]:
    return fill(FEW), fill(MANY)


@pytest.mark.parametrize(
    ("wanted", "limit", "oldest"),
    [
        (Wanted(), 20, False),
        (Wanted(), 100, True),
        (Wanted(tag="a"), 20, False),
        (Wanted(before=1.7e9), 20, False),
    ],
)
def test_a_page_costs_the_same_whatever_there_is(
    worlds: tuple[MeteredWorld, MeteredWorld], wanted: Wanted, limit: int, oldest: bool
) -> None:
    def cost_in(world: MeteredWorld) -> float:
        find = partial(search_jobs, world.system, "me", wanted, limit=limit, newest_first=not oldest)
        return world.count(find)["read units"]

    costs = [cost_in(world) for world in worlds]
    assert costs[0] == costs[1]
    assert costs[0] <= limit + 1


def test_a_rare_status_has_a_bound_of_1000_jobs(worlds: tuple[MeteredWorld, MeteredWorld]) -> None:
    _, many = worlds
    canceled = Wanted(status=Status.CANCELED)
    cost = many.count(lambda: search_jobs(many.system, "me", canceled))
    assert cost["Query"] == 2
    assert cost["read units"] <= 1000
    act = many.count(lambda: act_on_wanted(many.system, "me", CANCEL, Wanted(name="no such name")))
    assert (act["Query"], act["write units"]) == (2, 0)


def test_a_count_has_a_bound(worlds: tuple[MeteredWorld, MeteredWorld]) -> None:
    _, many = worlds
    counted = count_jobs(many.system, "me", Wanted())
    assert (counted.by_status.total(), counted.cursor is None) == (10_000, False)
    tagged = many.count(lambda: count_jobs(many.system, "me", Wanted(tag="a")))
    assert tagged["GetItem"] == 1000
    found = count_jobs(many.system, "me", Wanted(tag="a"))
    assert (found.by_status.total(), found.cursor is None) == (1000, False)


def test_a_page_of_100_jobs_with_long_values_is_below_5_mb() -> None:
    world = MeteredWorld(params={"rows": LONG})
    job = world.submit()
    attempts = [
        {
            "attempt": number,
            "error": {"type": "/p", "title": "t" * 100, "detail": "d" * 500, "retryable": True},
            "started_at": 1.0,
            "ended_at": 2.0,
        }
        for number in range(3)
    ]
    tags = [f"{number:064}" for number in range(10)]
    named = replace(job, name="n" * 255, reference="r" * 255, tags=tags)
    full = replace(named, result={"text": LONG}, attempts=attempts)
    assert 100 * len(view_in_list(full, "").model_dump_json()) < PAGE_BYTES
