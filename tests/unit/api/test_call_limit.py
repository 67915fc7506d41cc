"""The limit of all requests of a tenant, reads too. A batch of them is one write of the table."""

from __future__ import annotations

from typing import Any

import pytest

from api.admission.call_limit import MAX_BATCH, MAX_TENANTS, CallLimiter
from heavylift.errors import RateLimited, Throttled
from tests.support.in_process_api import ApiWorld
from tests.support.world import World

MOST = 400


def count_allowed(limiter: CallLimiter, tenant: str = "me", requests: int = 2 * MOST) -> int:
    allowed = 0
    for _ in range(requests):
        try:
            limiter.check(tenant)
        except RateLimited:
            continue
        allowed += 1
    return allowed


def test_a_tenant_that_reads_too_much_is_refused_until_the_next_minute_and_others_are_not() -> None:
    world = ApiWorld(calls_per_minute=10)
    me, you = (world.api.client(world.api.key(tenant)) for tenant in ("me", "you"))
    answers = [me.get("/v1/jobs") for _ in range(12)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    problem, seconds = answers[-1].json(), int(answers[-1].headers["Retry-After"])
    assert problem["type"] == "/problems/rate-limited"
    assert me.get("/v1/queues").status_code == 429
    assert world.submit_over(me).status_code == 429
    assert you.get("/v1/jobs").status_code == 200
    world.clock.sleep(seconds)
    assert me.get("/v1/jobs").status_code == 200


def test_a_key_that_is_refused_counts_for_nobody() -> None:
    world = ApiWorld(calls_per_minute=10)
    stranger = world.api.client("hl_" + "x" * 43)
    assert {stranger.get("/v1/jobs").status_code for _ in range(20)} == {401}
    assert not [key for key in world.table.items if key.pk.startswith("CALLS#")]


def test_processes_share_the_limit_up_to_a_part_of_a_batch_each() -> None:
    world = World()
    limiters = [CallLimiter(world.system, MOST) for _ in range(5)]
    allowed = sum(count_allowed(limiter) for limiter in limiters)
    assert MOST <= allowed <= MOST + len(limiters) * MAX_BATCH


def test_a_read_costs_a_part_of_a_write_and_a_refusal_costs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    update, writes = world.table.update, []

    def counted(change: Any) -> Any:
        writes.append(change)
        return update(change)

    monkeypatch.setattr(world.table, "update", counted)
    count_allowed(CallLimiter(world.system, MOST), requests=10 * MOST)
    assert len(writes) == MOST // MAX_BATCH + 1


def test_a_table_that_throttles_refuses_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()

    def refuse(_change: object) -> None:
        raise Throttled

    monkeypatch.setattr(world.table, "update", refuse)
    assert count_allowed(CallLimiter(world.system, MOST)) == 2 * MOST


def test_no_limit_counts_nothing() -> None:
    world = World()
    assert count_allowed(CallLimiter(world.system, 0)) == 2 * MOST
    assert not world.table.items


def test_the_newest_tenants_are_remembered_and_no_more() -> None:
    limiter = CallLimiter(World().system, MOST)
    for number in range(MAX_TENANTS + 5):
        limiter.check(f"tenant-{number}")
    assert list(limiter._minutes) == [f"tenant-{number}" for number in range(5, MAX_TENANTS + 5)]
