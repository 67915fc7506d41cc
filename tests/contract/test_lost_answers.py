"""The Table port where the answer of each write is lost, and the client sends the write again by itself."""

from __future__ import annotations

from uuid import uuid4

import pytest

from heavylift.adapters.aws.dynamodb import DynamoTable
from heavylift.adapters.memory.table import MemoryTable
from heavylift.ports.table import TENANT, Change, ConditionFailed, Create, Is, Key, Table
from tests.contract.conftest import BACKENDS, Clients, create_table
from tests.support.aws_faults import lose_first_answers

KEY = Key("JOB#1", "JOB")
ITEM = {**KEY._asdict(), "status": "NEW", "count": 0, "tenant_pk": "t", "id": "1"}
NEW = Is("status", "=", "NEW")


@pytest.fixture
def table(backend: Clients | None) -> Table:
    """Return a table whose first answer to each call is lost. In memory no answer can be."""
    if backend is None:
        return MemoryTable()
    client, name = backend("dynamodb"), f"table-{uuid4().hex[:8]}"
    create_table(client, name)
    lose_first_answers(client)
    return DynamoTable(client, name)


def test_an_item_that_is_sent_twice_is_created(table: Table) -> None:
    table.create(ITEM)
    assert table.get(KEY) == ITEM


def test_an_item_of_another_is_not_created(table: Table) -> None:
    table.create(ITEM)
    with pytest.raises(ConditionFailed) as failed:
        table.create(ITEM)
    assert failed.value.item == ITEM


def test_a_change_that_is_sent_twice_is_made_once_and_returns_the_item(table: Table) -> None:
    table.create(ITEM)
    taken = {**ITEM, "status": "TAKEN", "count": 1, "log": ["taken"]}
    change = Change(KEY, when=(NEW,), set={"status": "TAKEN"}, add={"count": 1}, append={"log": ["taken"]})
    assert table.update(change) == taken
    assert table.get(KEY) == taken
    with pytest.raises(ConditionFailed) as failed:
        table.update(change)
    assert failed.value.item == taken


def test_a_count_without_a_condition_counts_once(table: Table) -> None:
    count = Change(KEY, add={"count": 1}, upsert=True)
    assert [table.update(count)["count"] for _ in range(3)] == [1, 2, 3]


# moto does not know the token of a transaction.
@pytest.mark.parametrize("backend", [each for each in BACKENDS if each != "moto"], indirect=True)
def test_a_transaction_that_is_sent_twice_is_made_once(table: Table) -> None:
    table.create(ITEM)
    part = {"pk": "JOB#1", "sk": "PART#1"}
    table.transact(Create(part), Change(KEY, when=(NEW,), set={"status": "TAKEN"}, add={"count": 1}))
    assert table.get(KEY) == {**ITEM, "status": "TAKEN", "count": 1}
    assert table.get(Key(**part)) == part


def test_no_read_shows_what_marks_a_write(table: Table) -> None:
    table.create(ITEM)
    after = table.update(Change(KEY, set={"status": "TAKEN"}))
    assert after == {**ITEM, "status": "TAKEN"}
    assert table.get_many([KEY]) == {KEY: after}
    assert table.query(TENANT, "t").items == [after]
    assert list(table.list_children(KEY.pk, "JOB")) == [after]
