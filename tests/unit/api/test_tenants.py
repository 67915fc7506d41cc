"""A tenant sees and changes its own jobs only, whatever it names."""

from __future__ import annotations

import pytest

from tests.unit.api.seeded_world import SeededWorld


def test_a_list_shows_its_owners_jobs_only() -> None:
    world = SeededWorld()
    me, you = (world.api.client(world.api.key(tenant)) for tenant in ("me", "you"))
    assert len(me.get("/v1/jobs").json()["items"]) == 5
    assert you.get("/v1/jobs").json() == {"items": [], "next": None}
    assert [model["name"] for model in me.get("/v1/models").json()["items"]] == ["churn"]
    assert you.get("/v1/models").json() == {"items": []}
    assert [job["id"] for job in me.get("/v1/queues/tests").json()["jobs"]] == [world.queued]
    assert you.get("/v1/queues/tests").json()["jobs"] == []


@pytest.mark.parametrize("act", ["cancel", "retry", "delete"])
def test_nobody_acts_on_or_counts_another_tenants_jobs(act: str) -> None:
    world = SeededWorld()
    me, you = (world.api.client(world.api.key(tenant)) for tenant in ("me", "you"))
    before = me.get("/v1/jobs").json()
    ids = [world.done, world.queued, world.canceled]
    answer = you.post(f"/v1/jobs/{act}", json={"job_ids": ids}).json()
    assert answer["job_ids"] == []
    assert {each["id"]: each["detail"] for each in answer["refused"]} == {
        each: f"There is no job {each}." for each in ids
    }
    answer = you.post(f"/v1/jobs/{act}", json={"filter": {"since": "1970-01-01"}}).json()
    assert answer == {"job_ids": [], "refused": [], "next": None}
    assert me.get("/v1/jobs").json() == before
    assert me.get("/v1/jobs/counts").json()["total"] == 5
    assert you.get("/v1/jobs/counts").json()["total"] == 0
    mine = me.post(f"/v1/jobs/{act}", json={"filter": {"since": "1970-01-01"}, "limit": 1}).json()
    assert mine["next"] or act == "retry"  # only one job is canceled: it may be the last of the list
    if mine["next"]:
        yours = {"filter": {"since": "1970-01-01"}, "cursor": mine["next"]}
        assert you.post(f"/v1/jobs/{act}", json=yours).status_code == 422


def test_a_cursor_does_not_open_another_tenants_list() -> None:
    world = SeededWorld()
    me, you = (world.api.client(world.api.key(tenant)) for tenant in ("me", "you"))
    cursor = me.get("/v1/jobs", params={"limit": 1}).json()["next"]
    assert you.get("/v1/jobs", params={"cursor": cursor}).status_code == 422


def test_another_tenants_idempotency_key_is_another_key() -> None:
    world = SeededWorld()
    ids = set()
    for tenant in ("me", "you"):
        client = world.api.client(world.api.key(tenant))
        ids |= {world.submit_over(client, headers={"Idempotency-Key": "1"}).json()["id"] for _ in range(2)}
    assert len(ids) == 2
