"""Parked callbacks on every table: in the janitor's index while they wait, and nowhere else of it after."""

from __future__ import annotations

from dataclasses import replace

import pytest

from heavylift.jobs.job import Job, new_item
from heavylift.ports.table import OPEN, ConditionFailed, Table
from heavylift.webhooks.delivery_state import Callback
from heavylift.webhooks.parking import PARKED_PARTITIONS, claim_turn, store_callback, unpark
from tests.support.world import World

NOW = 1_790_000_000.0


def read_parked(table: Table, up_to: float) -> list[tuple[str, str, float]]:
    return [
        (name, item["pk"], item["check_at"])
        for name in PARKED_PARTITIONS
        for item in table.query(OPEN, name, up_to=up_to).items
    ]


def test_a_callback_is_parked_taken_in_turn_and_taken_out(table: Table) -> None:
    job = replace(World().submit(), callback_url="https://example.org/")
    table.create(new_item(job))
    waiting = Callback(job.fence, attempts=5, next_at=NOW + 3600)
    parked = Job.of(table.update(store_callback(job, waiting, NOW)))
    assert Callback.of(parked) == waiting
    assert read_parked(table, NOW + 3599) == []
    [(partition, pk, check_at)] = read_parked(table, NOW + 3600)
    assert (pk, check_at) == (job.pk, NOW + 3600)
    table.update(claim_turn(job, partition, expected_check_at=check_at, now=NOW + 3600))
    with pytest.raises(ConditionFailed):
        table.update(claim_turn(job, partition, expected_check_at=check_at, now=NOW + 3600))
    assert read_parked(table, NOW + 3600) == []
    table.update(unpark(job, partition))
    assert read_parked(table, NOW + 1e6) == []
    with pytest.raises(ConditionFailed):
        table.update(store_callback(job, waiting, NOW))  # another delivery changed the record
