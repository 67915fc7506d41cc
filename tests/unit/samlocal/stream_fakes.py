"""Fakes around the stream poller: the function that it invokes, a table with a stream, and made-up shards."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from infra.samlocal.event_sources import StreamSource
from infra.samlocal.sqs_poller import InvocationFailed
from infra.samlocal.stream_poller import StreamPoller

SOURCE = StreamSource("F", "arn", batch_size=2)


@dataclass
class FakeFunction:
    """Records the items of each call. Fails a call when `fails` returns True for its items."""

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


def fail_times(count: int, name: str) -> Callable[[list[str]], bool]:
    """Return a `fails` that fails the first `count` calls with this item."""
    left = iter(range(count))
    return lambda items: name in items and next(left, None) is not None


class StreamTable:
    """A table on moto, with its stream."""

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


@dataclass
class FakeStreams:
    """A DynamoDB Streams client over made-up shards: id → (parent, records)."""

    shards: dict[str, tuple[str | None, list[str]]]
    closed: set[str] = field(default_factory=set)
    """Ids of the shards that get no more records."""
    expired: set[str] = field(default_factory=set)
    """Iterators (`shard position`) that fail once as expired."""
    trimmed: set[str] = field(default_factory=set)
    """Iterators that fail once as trimmed."""

    def __post_init__(self) -> None:
        self.exceptions = boto3.client("dynamodbstreams").exceptions

    def describe_stream(self, **request: Any) -> Any:
        """Return one shard on each page."""
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


def make_poller(
    source: StreamSource, function: FakeFunction, memory: Path, streams: Any = None
) -> StreamPoller:
    client = streams or boto3.client("dynamodbstreams")
    return StreamPoller(source, client, function, threading.Event(), memory)


def read_all(poller: StreamPoller) -> None:
    """Step until the poller finds nothing more."""
    for _ in range(50):
        if not poller.step():
            return
    raise AssertionError("the poller always finds more")


def read_through_failures(poller: StreamPoller) -> None:
    """Step often enough for every retry: a failed step finds nothing."""
    for _ in range(50):
        poller.step()
