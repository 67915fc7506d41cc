"""The Table port: the contract of every implementation."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from heavylift.jobs.states import Status
from heavylift.ports.table import (
    DEAD,
    OPEN,
    PRIMARY,
    TENANT,
    AnyOf,
    Change,
    Condition,
    ConditionFailed,
    Create,
    Is,
    Item,
    Key,
    Table,
)

KEY = Key("JOB#1", "JOB")


def item(**attributes: Any) -> Item:
    return {"pk": KEY.pk, "sk": KEY.sk, **attributes}


def test_what_was_created_is_read_back_as_it_was(table: Table) -> None:
    whole = item(
        text="päge",
        number=7,
        fraction=0.1,
        big=1_790_000_000.123,
        flag=True,
        nothing=None,
        many=[1, "two", {"three": 3.5}],
        deep={"a": {"b": []}},
    )
    table.create(whole)
    assert table.get(KEY) == whole


def test_a_whole_number_comes_back_as_an_integer(table: Table) -> None:
    table.create(item(params={"seconds": 3.0, "each": [1.0, 0.5]}))
    table.update(Change(KEY, set={"more": 2.0}))
    kept = table.get(KEY)
    wanted = item(params={"seconds": 3, "each": [1, 0.5]}, more=2)
    # Unlike ==, JSON distinguishes 3.0 from 3.
    assert json.dumps(kept, sort_keys=True) == json.dumps(wanted, sort_keys=True)


def test_an_enum_is_stored_as_its_value(table: Table) -> None:
    table.create(item(status=Status.DONE))
    read = table.get(KEY)
    assert read is not None
    assert read["status"] == "DONE"


def test_there_is_nothing_where_nothing_was_created(table: Table) -> None:
    assert table.get(KEY) is None


def test_creating_twice_fails_and_names_what_is_there(table: Table) -> None:
    table.create(item(first=True))
    with pytest.raises(ConditionFailed) as failed:
        table.create(item(first=False))
    assert failed.value.key == KEY
    assert failed.value.item == item(first=True)


def test_a_change_sets_defaults_adds_appends_and_removes(table: Table) -> None:
    table.create(item(a=1, kept="old", gone="x", status="s", count=2, log=["one"]))
    after = table.update(
        Change(
            KEY,
            set={"a": 2, "status": "t"},
            default={"kept": "new", "fresh": "new"},
            add={"count": 3, "from_zero": 1.5},
            append={"log": ["two"], "from_empty": [1]},
            remove=("gone", "never_there"),
        )
    )
    expected = item(
        a=2, status="t", kept="old", fresh="new", count=5, from_zero=1.5, log=["one", "two"], from_empty=[1]
    )
    assert after == expected
    assert table.get(KEY) == expected


def test_a_change_of_what_is_not_there_fails(table: Table) -> None:
    with pytest.raises(ConditionFailed) as failed:
        table.update(Change(KEY, set={"a": 1}))
    assert failed.value.item is None
    assert table.get(KEY) is None


def test_an_upsert_makes_what_is_not_there(table: Table) -> None:
    assert table.update(Change(KEY, add={"count": 1}, upsert=True))["count"] == 1
    assert table.update(Change(KEY, add={"count": 1}, upsert=True))["count"] == 2


CONDITIONS: list[tuple[Condition, bool]] = [
    (Is("n", "=", 5), True),
    (Is("n", "=", 6), False),
    (Is("n", "<>", 6), True),
    (Is("n", "<>", 5), False),
    (Is("n", "<", 5), False),
    (Is("n", "<=", 5), True),
    (Is("n", ">", 4.5), True),
    (Is("n", ">=", 5.5), False),
    (Is("s", "in", ["a", "b"]), True),
    (Is("s", "in", ["b", "c"]), False),
    (Is("s", "exists"), True),
    (Is("x", "exists"), False),
    (Is("x", "missing"), True),
    (Is("s", "missing"), False),
    (Is("x", "=", 1), False),
    (Is("x", "<>", 1), True),
    (Is("x", "<", 1), False),
    (Is("x", "in", [1]), False),
    (AnyOf((Is("x", "missing"), Is("x", "=", 0))), True),
    (AnyOf((Is("n", "=", 6), Is("s", "=", "a"))), True),
    (AnyOf((Is("n", "=", 6), Is("s", "=", "b"))), False),
]


@pytest.mark.parametrize(("condition", "holds"), CONDITIONS)
def test_a_condition_decides(table: Table, condition: Condition, holds: bool) -> None:
    before = item(n=5, s="a")
    table.create(before)
    change = Change(KEY, when=(Is("n", ">", 0), condition), set={"written": True})
    if holds:
        assert table.update(change)["written"] is True
    else:
        with pytest.raises(ConditionFailed) as failed:
            table.update(change)
        assert failed.value.item == before
        assert table.get(KEY) == before


@pytest.mark.parametrize(
    "kept",
    [{"state": "pending", "attempts": 2, "next_at": 1_790_000_000.25}, [{"secret": "a", "until": 0.1}]],
)
def test_a_map_or_a_list_can_be_a_condition(table: Table, kept: Any) -> None:
    table.create(item(kept=kept))
    other = {**kept, "attempts": 3} if isinstance(kept, dict) else [*kept, {}]
    with pytest.raises(ConditionFailed):
        table.update(Change(KEY, when=(Is("kept", "=", other),), set={"kept": None}))
    assert table.update(Change(KEY, when=(Is("kept", "=", kept),), set={"kept": other})) == item(kept=other)


def test_a_transaction_writes_all(table: Table) -> None:
    table.create(item(left=1))
    other = Key("JOB#1", "PART#1")
    table.transact(
        Change(KEY, when=(Is("left", ">", 0),), add={"left": -1}), Create({**other._asdict(), "new": True})
    )
    assert table.get(KEY) == item(left=0)
    assert table.get(other) == {**other._asdict(), "new": True}


def test_a_failed_transaction_writes_nothing_and_names_the_failed_condition(table: Table) -> None:
    table.create(item(left=0))
    other = Key("JOB#1", "PART#1")
    with pytest.raises(ConditionFailed) as failed:
        table.transact(
            Create({**other._asdict(), "new": True}),
            Change(KEY, when=(Is("left", ">", 0),), add={"left": -1}),
        )
    assert failed.value.key == KEY
    assert failed.value.item == item(left=0)
    assert table.get(other) is None


def test_of_many_who_want_the_same_one_gets_it(table: Table, threads: int) -> None:
    table.create(item(owner=0))

    def take(who: int) -> bool:
        try:
            table.update(Change(KEY, when=(Is("owner", "=", 0),), set={"owner": who}))
        except ConditionFailed:
            return False
        return True

    with ThreadPoolExecutor(threads) as pool:
        assert sum(pool.map(take, range(1, 17))) == 1


def test_transactions_side_by_side_count_each_once(table: Table, threads: int) -> None:
    table.create(item(left=8))

    def count(number: int) -> None:
        table.transact(
            Create({"pk": KEY.pk, "sk": f"PART#{number}"}),
            Change(KEY, when=(Is("left", ">", 0),), add={"left": -1}),
        )

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(count, range(8)))
    assert table.get(KEY) == item(left=0)


def test_children_come_in_order_and_only_those_asked_for(table: Table) -> None:
    table.create(item())
    for sk in ("PART#2#0002", "PART#1#0001", "PART#2#0001", "PART#2#0010"):
        table.create({"pk": KEY.pk, "sk": sk})
    table.create({"pk": "JOB#2", "sk": "PART#2#0003"})
    found = [child["sk"] for child in table.list_children(KEY.pk, "PART#2#")]
    assert found == ["PART#2#0001", "PART#2#0002", "PART#2#0010"]


def test_an_index_is_sparse_ordered_and_bounded(table: Table) -> None:
    for number, check_at in enumerate((30.5, 10, 20)):
        table.create({"pk": f"JOB#{number}", "sk": "JOB", "open_pk": "OPEN#t#0", "check_at": check_at})
    table.create({"pk": "JOB#9", "sk": "JOB", "open_pk": "OPEN#t#1", "check_at": 1})
    table.create({"pk": "JOB#8", "sk": "JOB"})
    assert [i["check_at"] for i in table.query(OPEN, "OPEN#t#0").items] == [10, 20, 30.5]
    assert [i["check_at"] for i in table.query(OPEN, "OPEN#t#0", up_to=20).items] == [10, 20]
    table.update(Change(Key("JOB#1", "JOB"), remove=("open_pk", "check_at")))
    assert [i["check_at"] for i in table.query(OPEN, "OPEN#t#0").items] == [20, 30.5]


@pytest.mark.parametrize("newest_first", [False, True])
def test_an_index_is_read_page_by_page(table: Table, newest_first: bool) -> None:
    for number in range(7):
        table.create(
            {
                "pk": f"JOB#{number}",
                "sk": "JOB",
                "tenant_pk": "TENANT#t",
                "id": f"{number}",
                "dead_pk": "D",
                "ended_at": 5,
            }
        )
    for index, partition in ((TENANT, "TENANT#t"), (DEAD, "D")):
        seen: list[str] = []
        cursor, pages = None, 0
        while True:
            page = table.query(index, partition, newest_first=newest_first, limit=3, cursor=cursor)
            seen += [found["id"] for found in page.items]
            cursor, pages = page.cursor, pages + 1
            if cursor is None:
                break
        assert sorted(seen) == [str(number) for number in range(7)]
        assert pages in (3, 4)
        if index == TENANT:
            assert seen == sorted(seen, reverse=newest_first)


def test_the_table_itself_is_read_like_an_index(table: Table) -> None:
    for number in range(5):
        table.create({"pk": "TAG#t#a", "sk": f"{number}"})
    table.create({"pk": "TAG#t#b", "sk": "9"})
    page = table.query(PRIMARY, "TAG#t#a", newest_first=True, limit=2)
    assert [found["sk"] for found in page.items] == ["4", "3"]
    assert page.cursor is not None
    rest = table.query(PRIMARY, "TAG#t#a", newest_first=True, cursor=page.cursor)
    assert [found["sk"] for found in rest.items] == ["2", "1", "0"]
    assert rest.cursor is None


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({}, "01234"),
        ({"since": "2"}, "234"),
        ({"up_to": "2"}, "012"),
        ({"since": "1", "up_to": "3"}, "123"),
        ({"since": "15"}, "234"),
        ({"since": "2", "up_to": "2"}, "2"),
        ({"since": "5"}, ""),
    ],
)
@pytest.mark.parametrize("newest_first", [False, True])
def test_an_index_is_read_between_bounds(
    table: Table, bounds: dict[str, Any], found: str, newest_first: bool
) -> None:
    for number in range(5):
        table.create({"pk": f"JOB#{number}", "sk": "JOB", "tenant_pk": "TENANT#t", "id": f"{number}"})
    page = table.query(TENANT, "TENANT#t", newest_first=newest_first, **bounds)
    assert "".join(each["id"] for each in page.items) == (found[::-1] if newest_first else found)


def test_many_items_come_at_once_and_those_that_are_not_there_do_not(table: Table) -> None:
    keys = [Key(f"JOB#{number}", "JOB") for number in range(100)]
    for key in keys[::2]:
        table.create({**key._asdict(), "text": "x" * 1000})
    found = table.get_many(keys)
    assert set(found) == set(keys[::2])
    assert found[keys[0]] == {**keys[0]._asdict(), "text": "x" * 1000}
    assert table.get_many(keys[1:2]) == {}
