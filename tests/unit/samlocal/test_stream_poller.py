"""From a table's stream to its function: with moto's streams, and with shards that are made up here."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.samlocal import stream_poller
from infra.samlocal.event_filters import fits_any
from infra.samlocal.event_sources import StreamSource
from infra.samlocal.sqs_poller import InvocationFailed
from infra.samlocal.stream_poller import Reader


@dataclass
class Function:
    """Remembers the items that each call brought; fails as long as `fails` says so of them."""

    fails: Callable[[list[str]], bool] = lambda items: False
    answer: Callable[[list[dict[str, Any]]], Any] = lambda records: None
    calls: list[list[str]] = field(default_factory=list)
    handled: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, function: str, event: dict[str, Any]) -> Any:
        items = [each["dynamodb"]["Keys"]["pk"]["S"] for each in event["Records"]]
        self.calls.append(items)
        self.events += event["Records"]
        if self.fails(items):
            raise InvocationFailed("no")
        self.handled += items
        return self.answer(event["Records"])


def times(count: int, name: str) -> Callable[[list[str]], bool]:
    """Fails so many calls that bring this item."""
    left = iter(range(count))
    return lambda items: name in items and next(left, None) is not None


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_poller, "PAUSE_S", 0)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


class Table:
    def __init__(self) -> None:
        self.client: Any = boto3.client("dynamodb")
        made = self.client.create_table(
            TableName="t",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        self.source = StreamSource("F", made["TableDescription"]["LatestStreamArn"], batch_size=10)

    def put(self, *names: str, **attributes: Any) -> None:
        for name in names:
            self.client.put_item(TableName="t", Item={"pk": {"S": name}, **attributes})


@pytest.fixture(name="table")
def a_table() -> Iterator[Table]:
    with mock_aws():
        yield Table()


def reader(source: StreamSource, function: Function, memory: Path, streams: Any = None) -> Reader:
    client = streams or boto3.client("dynamodbstreams")
    return Reader(source, client, function, threading.Event(), memory)


def read_all(one: Reader) -> None:
    for _ in range(50):
        if not one.step():
            return
    raise AssertionError("there is always more")


def test_the_event_is_what_lambda_sends(table: Table, tmp_path: Path) -> None:
    table.put("a", blob={"B": b"\x00\xff"})
    function = Function()

    read_all(reader(table.source, function, tmp_path / "memory"))

    [record] = function.events
    assert (record["eventName"], record["eventSource"]) == ("INSERT", "aws:dynamodb")
    assert (record["eventSourceARN"], record["awsRegion"]) == (table.source.stream_arn, "us-east-1")
    told = record["dynamodb"]
    assert told["Keys"] == {"pk": {"S": "a"}}
    assert told["NewImage"]["blob"] == {"B": "AP8="}
    assert isinstance(told["ApproximateCreationDateTime"], float)
    assert {"SequenceNumber", "StreamViewType"} <= set(told)
    json.dumps(record)


def test_records_come_once_and_in_order_and_in_batches(table: Table, tmp_path: Path) -> None:
    function = Function()
    one = reader(replace(table.source, batch_size=2), function, tmp_path / "memory")
    table.put("a", "b", "c")
    read_all(one)
    table.put("d")
    read_all(one)
    assert function.calls == [["a", "b"], ["c"], ["d"]]


@pytest.mark.parametrize(("starts_at", "seen"), [("TRIM_HORIZON", ["a", "b"]), ("LATEST", ["b"])])
def test_what_was_there_before_comes_if_the_mapping_says_so(
    table: Table, tmp_path: Path, starts_at: str, seen: list[str]
) -> None:
    table.put("a")
    function = Function()
    one = reader(replace(table.source, starts_at=starts_at), function, tmp_path / "memory")
    read_all(one)
    table.put("b")
    read_all(one)
    assert function.handled == seen


def test_only_what_fits_the_filter_goes_on(table: Table, tmp_path: Path) -> None:
    pattern = json.dumps({"eventName": ["MODIFY"], "dynamodb": {"NewImage": {"wanted": {"S": ["yes"]}}}})
    function = Function()
    for name, wanted in (("a", "yes"), ("b", "no")):
        table.put(name)
        table.put(name, wanted={"S": wanted})
    read_all(reader(replace(table.source, patterns=(pattern,)), function, tmp_path / "memory"))
    assert function.calls == [["a"]]


def test_a_batch_that_fails_comes_again_and_what_follows_waits(table: Table, tmp_path: Path) -> None:
    table.put("a", "b", "c")
    function = Function(fails=times(2, "a"))
    read_all_through_failures(reader(replace(table.source, batch_size=2), function, tmp_path / "memory"))
    assert function.calls == [["a", "b"], ["a", "b"], ["a", "b"], ["c"]]


def read_all_through_failures(one: Reader) -> None:
    for _ in range(50):
        one.step()


def test_a_batch_that_fails_is_halved_until_only_the_bad_record_waits(table: Table, tmp_path: Path) -> None:
    table.put("a", "b", "bad", "d")
    function = Function(fails=lambda items: "bad" in items)
    source = replace(table.source, bisects=True)
    one = reader(source, function, tmp_path / "memory")
    for _ in range(10):
        one.step()
    assert function.calls[:2] == [["a", "b", "bad", "d"], ["a", "b"]]
    assert function.calls[-1] == ["bad"]
    assert function.handled == ["a", "b"]
    function.fails = lambda items: False
    read_all(one)
    assert function.calls[-2:] == [["bad"], ["d"]]


def test_what_the_function_names_as_failed_comes_again_with_all_after_it(
    table: Table, tmp_path: Path
) -> None:
    def second_fails_once(records: list[dict[str, Any]]) -> Any:
        if len(records) < 3:
            return None
        return {"batchItemFailures": [{"itemIdentifier": records[1]["dynamodb"]["SequenceNumber"]}]}

    table.put("a", "b", "c")
    function = Function(answer=second_fails_once)
    read_all_through_failures(
        reader(replace(table.source, reports_failures=True), function, tmp_path / "memory")
    )
    assert function.calls == [["a", "b", "c"], ["b", "c"]]


def test_the_next_run_goes_on_where_this_one_ended(table: Table, tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    table.put("a", "b")
    first = Function(fails=lambda items: "b" in items)
    read_all_through_failures(reader(replace(table.source, batch_size=1), first, memory))
    table.put("c")
    second = Function()
    read_all(reader(table.source, second, memory))
    assert second.handled == ["b", "c"]
    other = Function()
    read_all(reader(table.source, other, tmp_path / "none"))
    assert other.handled == ["a", "b", "c"]


@dataclass
class Streams:
    """Shards that this test makes up: id → (parent, records); a shard is closed if it is in `closed`."""

    shards: dict[str, tuple[str | None, list[str]]]
    closed: set[str] = field(default_factory=set)
    expired: set[str] = field(default_factory=set)
    trimmed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.exceptions = boto3.client("dynamodbstreams").exceptions

    def describe_stream(self, **request: Any) -> Any:
        """One shard on each page."""
        ids = list(self.shards)
        last = request.get("ExclusiveStartShardId")
        here = ids[0 if last is None else ids.index(last) + 1]
        parent = self.shards[here][0]
        shard = {"ShardId": here} | ({"ParentShardId": parent} if parent else {})
        more = {"LastEvaluatedShardId": here} if here != ids[-1] else {}
        return {"StreamDescription": {"Shards": [shard], **more}}

    def get_shard_iterator(self, ShardId: str, ShardIteratorType: str, **request: Any) -> Any:  # noqa: N803
        _, records = self.shards[ShardId]
        match ShardIteratorType:
            case "TRIM_HORIZON":
                at = 0
            case "LATEST":
                at = len(records)
            case _:
                if request["SequenceNumber"] not in records:
                    raise self.exceptions.TrimmedDataAccessException({"Error": {}}, "GetShardIterator")
                at = records.index(request["SequenceNumber"]) + 1
        return {"ShardIterator": f"{ShardId} {at}"}

    def get_records(self, ShardIterator: str, Limit: int) -> Any:  # noqa: N803
        if ShardIterator in self.expired:
            self.expired.remove(ShardIterator)
            raise self.exceptions.ExpiredIteratorException({"Error": {}}, "GetRecords")
        if ShardIterator in self.trimmed:
            self.trimmed.remove(ShardIterator)
            raise self.exceptions.TrimmedDataAccessException({"Error": {}}, "GetRecords")
        shard, at = ShardIterator.split(" ")
        names = self.shards[shard][1]
        found = names[int(at) : int(at) + Limit]
        ended = shard in self.closed and int(at) + Limit >= len(names)
        following = {} if ended else {"NextShardIterator": f"{shard} {int(at) + len(found)}"}
        records = [{"dynamodb": {"SequenceNumber": name, "Keys": {"pk": {"S": name}}}} for name in found]
        return {"Records": records, **following}


SOURCE = StreamSource("F", "arn", batch_size=2)


def test_a_parent_is_read_to_its_end_before_its_children(tmp_path: Path) -> None:
    streams = Streams(
        {"child": ("parent", ["4"]), "parent": ("trimmed", ["1", "2", "3"]), "other": (None, ["x"])},
        closed={"parent"},
    )
    function = Function(fails=times(3, "3"))
    read_all_through_failures(reader(SOURCE, function, tmp_path / "memory", streams))
    assert [name for name in function.handled if name != "x"] == ["1", "2", "3", "4"]
    assert function.handled.index("x") < function.handled.index("3"), "another shard does not wait"


def test_a_shard_that_comes_later_is_read_from_its_beginning(tmp_path: Path) -> None:
    streams = Streams({"parent": (None, ["1"])})
    function = Function()
    one = reader(replace(SOURCE, starts_at="LATEST"), function, tmp_path / "memory", streams)
    read_all(one)
    streams.shards["parent"][1].append("2")
    streams.shards["child"] = ("parent", ["3"])
    streams.closed.add("parent")
    read_all_through_failures(one)
    assert function.handled == ["2", "3"]


def test_a_shard_that_failed_is_left_alone_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_poller, "PAUSE_S", 60)
    function = Function(fails=times(1, "1"))
    one = reader(SOURCE, function, tmp_path / "memory", Streams({"one": (None, ["1"])}))
    assert [one.step(), one.step()] == [False, False]
    assert function.calls == [["1"]]


def test_an_iterator_that_has_expired_is_asked_for_again(tmp_path: Path) -> None:
    streams = Streams({"one": (None, ["1", "2", "3"])}, expired={"one 2"})
    function = Function()
    read_all(reader(SOURCE, function, tmp_path / "memory", streams))
    assert function.handled == ["1", "2", "3"]


def test_an_iterator_at_what_is_forgotten_goes_on_with_the_oldest_there_is(tmp_path: Path) -> None:
    function = Function()
    streams = Streams({"one": (None, ["1"])}, trimmed={"one 0"})
    read_all(reader(SOURCE, function, tmp_path / "memory", streams))
    assert function.handled == ["1"]


def test_what_the_stream_has_forgotten_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "memory").write_text(json.dumps({"arn": {"one": "0"}}))
    function = Function()
    read_all(reader(SOURCE, function, tmp_path / "memory", Streams({"one": (None, ["1"])})))
    assert function.handled == ["1"]


def test_it_outlives_every_error_and_ends_when_told(tmp_path: Path) -> None:
    stop, streams = threading.Event(), Streams({"one": (None, ["1"])})
    broken = iter([RuntimeError("the service is away")])

    def describe(**request: Any) -> Any:
        for error in broken:
            raise error
        return Streams.describe_stream(streams, **request)

    def invoke(function: str, event: dict[str, Any]) -> Any:
        stop.set()

    streams.describe_stream = describe  # type: ignore[method-assign]
    Reader(SOURCE, streams, invoke, stop, tmp_path / "memory").run()
    assert json.loads((tmp_path / "memory").read_text()) == {"arn": {"one": "1"}}


FILTERS: list[tuple[list[Any], Any, bool]] = [
    ([], {"a": 1}, True),
    ([{"a": ["x", "y"]}], {"a": "y"}, True),
    ([{"a": ["x", "y"]}], {"a": "z"}, False),
    ([{"a": ["x"]}], {}, False),
    ([{"a": [None]}], {"a": None}, True),
    ([{"a": {"b": ["x"]}}], {"a": {"b": "x"}}, True),
    ([{"a": {"b": ["x"]}}], {"a": "x"}, False),
    ([{"a": ["x"], "b": ["y"]}], {"a": "x"}, False),
    ([{"a": [{"exists": True}]}], {"a": ""}, True),
    ([{"a": [{"exists": True}]}], {}, False),
    ([{"a": {"b": [{"exists": False}]}}], {}, True),
    ([{"a": ["x"]}, {"b": ["y"]}], {"b": "y"}, True),
]


@pytest.mark.parametrize(("patterns", "record", "fits"), FILTERS, ids=str)
def test_a_filter_decides(patterns: list[Any], record: Any, fits: bool) -> None:
    assert fits_any([json.dumps(pattern) for pattern in patterns])(record) is fits


def test_a_rule_that_is_not_known_is_refused_at_the_start() -> None:
    with pytest.raises(KeyError):
        fits_any(['{"a": [{"numeric": [">", 1]}]}'])
