"""A table's stream to its function, as Lambda's event source mapping does.

A shard's records come in order, a parent's before its children's. What the filter lets through goes to the
function in batches. A batch that fails comes again until it succeeds, in halves where the mapping says so,
and its shard waits for it. Unlike Lambda, this gives nothing up after a day.
"""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.local.instance import REGION
from infra.samlocal.event_filters import fits_any
from infra.samlocal.event_sources import StreamSource
from infra.samlocal.sqs_poller import PAUSE_S, Event, InvocationFailed, Invoke, failures

logger = logging.getLogger(__name__)

POLL_S = 0.5
"""Between looks at a stream in which nothing is new."""


@dataclass
class Shard:
    id: str
    iterator: str | None
    """None: read to its end."""
    position: str | None
    """The last record's number that was read; None before the first."""
    batch_size: int
    waiting: list[Event] = field(default_factory=list)
    """Read, and not yet handled."""
    not_before: float = 0.0

    @property
    def over(self) -> bool:
        return self.iterator is None and not self.waiting


class Reader:
    """One mapping. `memory` is a file that keeps how far each shard was handled, for the next run."""

    def __init__(
        self, source: StreamSource, streams: Any, invoke: Invoke, stop: threading.Event, memory: Path
    ) -> None:
        self._source, self._streams, self._invoke, self._stop = source, streams, invoke, stop
        self._fits = fits_any(source.patterns)
        self._shards: dict[str, Shard] = {}
        self._there_at_first: set[str] | None = None
        self._memory = memory
        self._handled: dict[str, str] = {}
        if memory.exists():
            self._handled = json.loads(memory.read_text()).get(source.stream_arn, {})

    def run(self) -> None:
        """Until told to stop. No error ends it: services come and go."""
        while not self._stop.is_set():
            try:
                if not self.step():
                    self._stop.wait(POLL_S)
            except Exception:
                logger.exception("The stream of %s can't be read just now", self._source.function)
                self._stop.wait(PAUSE_S)

    def step(self) -> bool:
        """A look at every shard that is to be read. Whether a record was read or handled."""
        moved = False
        for shard in self._open():
            try:
                moved |= self._advance(shard)
            except InvocationFailed as reason:
                logger.warning("%s failed; its records come again: %s", self._source.function, reason)
                shard.not_before = time.monotonic() + PAUSE_S
        return moved

    def _open(self) -> list[Shard]:
        """New shards are begun here, each once its parent is over."""
        described = {each["ShardId"]: each for each in self._described()}
        if self._there_at_first is None:
            self._there_at_first = set(described)
        for shard_id, each in described.items():
            parent = each.get("ParentShardId", "")
            ready = parent not in described or (parent in self._shards and self._shards[parent].over)
            if shard_id not in self._shards and ready:
                self._shards[shard_id] = self._begin(shard_id)
        now = time.monotonic()
        return [each for each in self._shards.values() if not each.over and each.not_before <= now]

    def _described(self) -> Iterator[dict[str, Any]]:
        request = {"StreamArn": self._source.stream_arn}
        while True:
            answer = self._streams.describe_stream(**request)["StreamDescription"]
            yield from answer["Shards"]
            if "LastEvaluatedShardId" not in answer:
                return
            request["ExclusiveStartShardId"] = answer["LastEvaluatedShardId"]

    def _begin(self, shard_id: str) -> Shard:
        position = self._handled.get(shard_id)
        return Shard(shard_id, self._iterator(shard_id, position), position, self._source.batch_size)

    def _iterator(self, shard_id: str, position: str | None) -> str:
        # A shard that comes later holds what was written since, so it is read from its beginning.
        first = shard_id in (self._there_at_first or ())
        start = {"ShardIteratorType": self._source.starts_at if first else "TRIM_HORIZON"}
        if position is not None:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": position}
        request = {"StreamArn": self._source.stream_arn, "ShardId": shard_id}
        try:
            answer = self._streams.get_shard_iterator(**request, **start)
        except self._streams.exceptions.TrimmedDataAccessException:  # the stream has forgotten that record
            return self._oldest(shard_id)
        return str(answer["ShardIterator"])

    def _oldest(self, shard_id: str) -> str:
        request = {"StreamArn": self._source.stream_arn, "ShardId": shard_id}
        return str(
            self._streams.get_shard_iterator(**request, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        )

    def _advance(self, shard: Shard) -> bool:
        read = 0 if shard.waiting else self._read(shard)
        batch = shard.waiting[: shard.batch_size]
        if batch:
            self._handle(shard, batch)
        if not shard.waiting:
            self._remember(shard.id, shard.position)
        return bool(read or batch)

    def _read(self, shard: Shard) -> int:
        request = {"Limit": self._source.batch_size}
        try:
            answer = self._streams.get_records(ShardIterator=shard.iterator, **request)
        except self._streams.exceptions.ExpiredIteratorException:  # a batch failed for a quarter of an hour
            shard.iterator = self._iterator(shard.id, shard.position)
            answer = self._streams.get_records(ShardIterator=shard.iterator, **request)
        except self._streams.exceptions.TrimmedDataAccessException:  # what it points at is forgotten
            shard.iterator = self._oldest(shard.id)
            answer = self._streams.get_records(ShardIterator=shard.iterator, **request)
        records = answer["Records"]
        shard.iterator = answer.get("NextShardIterator")
        if records:
            shard.position = records[-1]["dynamodb"]["SequenceNumber"]
        shard.waiting = [
            each for each in (event_record(r, self._source.stream_arn) for r in records) if self._fits(each)
        ]
        return len(records)

    def _handle(self, shard: Shard, batch: list[Event]) -> None:
        """Invoke, and take away what succeeded. Raises InvocationFailed if anything did not."""
        numbers = [each["dynamodb"]["SequenceNumber"] for each in batch]
        try:
            answer = self._invoke(self._source.function, {"Records": batch})
        except InvocationFailed:
            if self._source.bisects:
                shard.batch_size = max(1, len(batch) // 2)
            raise
        shard.batch_size = self._source.batch_size
        failed = failures(answer, set(numbers)) if self._source.reports_failures else set()
        done = next((index for index, number in enumerate(numbers) if number in failed), len(batch))
        if done:
            del shard.waiting[:done]
            self._remember(shard.id, numbers[done - 1])
        if failed:
            raise InvocationFailed(f"It answered that {len(failed)} of {len(batch)} records failed")

    def _remember(self, shard_id: str, position: str | None) -> None:
        if position is None or self._handled.get(shard_id) == position:
            return
        self._handled[shard_id] = position
        self._memory.write_text(json.dumps({self._source.stream_arn: self._handled}))


def event_record(record: dict[str, Any], stream_arn: str) -> Event:
    """A record as Lambda hands it to a function: JSON, where boto3 has dates and bytes."""
    whole = record | {"eventSource": "aws:dynamodb", "eventSourceARN": stream_arn, "awsRegion": REGION}
    plain: Event = json.loads(json.dumps(whole, default=_plain))
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    return base64.b64encode(value).decode()
