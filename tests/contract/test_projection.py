"""Reads that return some attributes only."""

from __future__ import annotations

from typing import Any

import pytest

from heavylift.ports.table import PRIMARY, TENANT, Key, Table


def create_jobs(table: Table) -> list[dict[str, Any]]:
    jobs: list[dict[str, Any]] = [
        {
            **Key(f"JOB#{number}", "JOB")._asdict(),
            "tenant_pk": "TENANT#t",
            "id": f"{number}",
            "status": "DONE",
            "name": "Report",
            "input": {"name": "a.pdf", "bytes": 3},
            "text": "x" * 1000,
        }
        for number in range(5)
    ]
    del jobs[2]["name"]
    for job in jobs:
        table.create(job)
    return jobs


@pytest.mark.parametrize("bounds", [{}, {"since": "1", "up_to": "3"}])
def test_an_index_returns_the_attributes_that_are_asked_for(table: Table, bounds: dict[str, Any]) -> None:
    jobs = create_jobs(table)
    wanted = ("id", "status", "name", "input")
    expected = [
        {name: job[name] for name in wanted if name in job}
        for job in jobs
        if not bounds or bounds["since"] <= job["id"] <= bounds["up_to"]
    ]
    assert table.query(TENANT, "TENANT#t", only=wanted, **bounds).items == expected
    first = table.query(TENANT, "TENANT#t", only=("id",), limit=2)
    assert first.items == [{"id": "0"}, {"id": "1"}]
    assert first.cursor == {"pk": "JOB#1", "sk": "JOB", "tenant_pk": "TENANT#t", "id": "1"}
    rest = table.query(TENANT, "TENANT#t", only=("id",), cursor=first.cursor)
    assert rest.items == [{"id": "2"}, {"id": "3"}, {"id": "4"}]


def test_the_table_and_many_items_do_so_too(table: Table) -> None:
    jobs = create_jobs(table)
    assert table.query(PRIMARY, "JOB#1", only=("sk", "status")).items == [{"sk": "JOB", "status": "DONE"}]
    keys = [Key(job["pk"], job["sk"]) for job in jobs] + [Key("JOB#9", "JOB")]
    found = table.get_many(keys, only=("status", "name"))
    assert set(found) == set(keys[:5])
    assert {name: found[keys[2]].get(name) for name in ("status", "name", "text")} == {
        "status": "DONE",
        "name": None,
        "text": None,
    }
