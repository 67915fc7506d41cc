"""From a table's stream to its function, with moto's streams: events, batches, filters and failures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.unit.samlocal.stream_fakes import (
    FakeFunction,
    StreamTable,
    fail_times,
    make_poller,
    read_all,
    read_through_failures,
)


def test_the_event_is_what_lambda_sends(stream_table: StreamTable, tmp_path: Path) -> None:
    stream_table.put("a", blob={"B": b"\x00\xff"})
    function = FakeFunction()

    read_all(make_poller(stream_table.source, function, tmp_path / "memory"))

    [record] = function.events
    assert (record["eventName"], record["eventSource"]) == ("INSERT", "aws:dynamodb")
    assert (record["eventSourceARN"], record["awsRegion"]) == (stream_table.source.stream_arn, "us-east-1")
    change = record["dynamodb"]
    assert change["Keys"] == {"pk": {"S": "a"}}
    assert change["NewImage"]["blob"] == {"B": "AP8="}
    assert isinstance(change["ApproximateCreationDateTime"], float)
    assert {"SequenceNumber", "StreamViewType"} <= set(change)
    json.dumps(record)


def test_records_come_once_and_in_order_and_in_batches(stream_table: StreamTable, tmp_path: Path) -> None:
    function = FakeFunction()
    poller = make_poller(replace(stream_table.source, batch_size=2), function, tmp_path / "memory")
    stream_table.put("a", "b", "c")
    read_all(poller)
    stream_table.put("d")
    read_all(poller)
    assert function.calls == [["a", "b"], ["c"], ["d"]]


@pytest.mark.parametrize(("starting_position", "seen"), [("TRIM_HORIZON", ["a", "b"]), ("LATEST", ["b"])])
def test_earlier_records_come_only_from_the_trim_horizon(
    stream_table: StreamTable, tmp_path: Path, starting_position: str, seen: list[str]
) -> None:
    stream_table.put("a")
    function = FakeFunction()
    poller = make_poller(
        replace(stream_table.source, starting_position=starting_position), function, tmp_path / "memory"
    )
    read_all(poller)
    stream_table.put("b")
    read_all(poller)
    assert function.handled == seen


def test_only_records_that_fit_the_filter_are_passed_on(stream_table: StreamTable, tmp_path: Path) -> None:
    pattern = json.dumps({"eventName": ["MODIFY"], "dynamodb": {"NewImage": {"wanted": {"S": ["yes"]}}}})
    function = FakeFunction()
    for name, wanted in (("a", "yes"), ("b", "no")):
        stream_table.put(name)
        stream_table.put(name, wanted={"S": wanted})
    read_all(make_poller(replace(stream_table.source, patterns=(pattern,)), function, tmp_path / "memory"))
    assert function.calls == [["a"]]


def test_a_batch_that_fails_comes_again_and_what_follows_waits(
    stream_table: StreamTable, tmp_path: Path
) -> None:
    stream_table.put("a", "b", "c")
    function = FakeFunction(fails=fail_times(2, "a"))
    read_through_failures(
        make_poller(replace(stream_table.source, batch_size=2), function, tmp_path / "memory")
    )
    assert function.calls == [["a", "b"], ["a", "b"], ["a", "b"], ["c"]]


def test_a_batch_that_fails_is_halved_until_only_the_bad_record_waits(
    stream_table: StreamTable, tmp_path: Path
) -> None:
    stream_table.put("a", "b", "bad", "d")
    function = FakeFunction(fails=lambda items: "bad" in items)
    source = replace(stream_table.source, bisects=True)
    poller = make_poller(source, function, tmp_path / "memory")
    for _ in range(10):
        poller.step()
    assert function.calls[:2] == [["a", "b", "bad", "d"], ["a", "b"]]
    assert function.calls[-1] == ["bad"]
    assert function.handled == ["a", "b"]
    function.fails = lambda items: False
    read_all(poller)
    assert function.calls[-2:] == [["bad"], ["d"]]


def test_a_record_reported_as_failed_comes_again_with_all_after_it(
    stream_table: StreamTable, tmp_path: Path
) -> None:
    def second_fails_once(records: list[dict[str, Any]]) -> Any:
        if len(records) < 3:
            return None
        return {"batchItemFailures": [{"itemIdentifier": records[1]["dynamodb"]["SequenceNumber"]}]}

    stream_table.put("a", "b", "c")
    function = FakeFunction(answer=second_fails_once)
    read_through_failures(
        make_poller(replace(stream_table.source, reports_failures=True), function, tmp_path / "memory")
    )
    assert function.calls == [["a", "b", "c"], ["b", "c"]]


def test_the_next_run_goes_on_where_this_one_ended(stream_table: StreamTable, tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    stream_table.put("a", "b")
    first = FakeFunction(fails=lambda items: "b" in items)
    read_through_failures(make_poller(replace(stream_table.source, batch_size=1), first, memory))
    stream_table.put("c")
    second = FakeFunction()
    read_all(make_poller(stream_table.source, second, memory))
    assert second.handled == ["b", "c"]
    other = FakeFunction()
    read_all(make_poller(stream_table.source, other, tmp_path / "none"))
    assert other.handled == ["a", "b", "c"]
