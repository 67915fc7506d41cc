"""Polls a table's stream and invokes its function, as Lambda's event source mapping does.

A shard's records arrive in order, those of a parent shard before those of its children. Records that match
the filter go to the function in batches. A failed batch is retried until it succeeds, and blocks its shard
meanwhile. With `bisects`, a retry halves the batch. Unlike Lambda, this poller never drops old records.
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

from infra.local.aws_clients import REGION
from infra.samlocal.event_filters import compile_filters
from infra.samlocal.event_sources import StreamSource
from infra.samlocal.sqs_poller import PAUSE_S, Event, InvocationFailed, Invoke, find_failures

logger = logging.getLogger(__name__)

POLL_S = 0.5
"""Pause between polls of a stream without new records."""


@dataclass
class Shard:
    id: str
    iterator: str | None
    """None once the shard has been read to its end."""
    position: str | None
    """Sequence number of the last record read, None before the first."""
    batch_size: int
    pending: list[Event] = field(default_factory=list)
    """Records that were read and not yet handled."""
    not_before: float = 0.0

    @property
    def is_finished(self) -> bool:
        return self.iterator is None and not self.pending


class StreamPoller:
    """Polls the shards of one mapping. `checkpoints` is a file with the last handled record of each shard."""

    def __init__(
        self, source: StreamSource, streams: Any, invoke: Invoke, stop: threading.Event, checkpoints: Path
    ) -> None:
        self._source, self._streams, self._invoke, self._stop = source, streams, invoke, stop
        self._matches = compile_filters(source.patterns)
        self._shards: dict[str, Shard] = {}
        self._initial_shards: set[str] | None = None
        self._file = checkpoints
        self._checkpoints: dict[str, str] = {}
        if checkpoints.exists():
            self._checkpoints = json.loads(checkpoints.read_text()).get(source.stream_arn, {})

    def run(self) -> None:
        """Poll until `stop` is set. Errors are logged and retried: services may restart."""
        while not self._stop.is_set():
            try:
                if not self.step():
                    self._stop.wait(POLL_S)
            except Exception:
                logger.exception("Cannot poll the stream of %s", self._source.function)
                self._stop.wait(PAUSE_S)

    def step(self) -> bool:
        """Poll every open shard once. Return True if a record was read or handled."""
        progressed = False
        for shard in self._list_open_shards():
            try:
                progressed |= self._advance(shard)
            except InvocationFailed as reason:
                logger.warning("%s failed, its records are retried: %s", self._source.function, reason)
                shard.not_before = time.monotonic() + PAUSE_S
        return progressed

    def _list_open_shards(self) -> list[Shard]:
        """Open new shards, children once their parent has finished. Return the shards to read now."""
        described = {each["ShardId"]: each for each in self._describe_shards()}
        if self._initial_shards is None:
            self._initial_shards = set(described)
        for shard_id, each in described.items():
            parent = each.get("ParentShardId", "")
            ready = parent not in described or (parent in self._shards and self._shards[parent].is_finished)
            if shard_id not in self._shards and ready:
                self._shards[shard_id] = self._open_shard(shard_id)
        now = time.monotonic()
        return [each for each in self._shards.values() if not each.is_finished and each.not_before <= now]

    def _describe_shards(self) -> Iterator[dict[str, Any]]:
        request = {"StreamArn": self._source.stream_arn}
        while True:
            answer = self._streams.describe_stream(**request)["StreamDescription"]
            yield from answer["Shards"]
            if "LastEvaluatedShardId" not in answer:
                return
            request["ExclusiveStartShardId"] = answer["LastEvaluatedShardId"]

    def _open_shard(self, shard_id: str) -> Shard:
        position = self._checkpoints.get(shard_id)
        return Shard(shard_id, self._get_iterator(shard_id, position), position, self._source.batch_size)

    def _get_iterator(self, shard_id: str, position: str | None) -> str:
        # A shard that appears after the start holds only newer records, so it is read from its beginning.
        initial = shard_id in (self._initial_shards or ())
        start = {"ShardIteratorType": self._source.starting_position if initial else "TRIM_HORIZON"}
        if position is not None:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": position}
        request = {"StreamArn": self._source.stream_arn, "ShardId": shard_id}
        try:
            answer = self._streams.get_shard_iterator(**request, **start)
        except self._streams.exceptions.TrimmedDataAccessException:  # the stream no longer has this record
            return self._get_oldest_iterator(shard_id)
        return str(answer["ShardIterator"])

    def _get_oldest_iterator(self, shard_id: str) -> str:
        request = {"StreamArn": self._source.stream_arn, "ShardId": shard_id}
        return str(
            self._streams.get_shard_iterator(**request, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        )

    def _advance(self, shard: Shard) -> bool:
        """Read records if none are pending, and handle one batch. Return True if there was a record."""
        read = 0 if shard.pending else self._read(shard)
        batch = shard.pending[: shard.batch_size]
        if batch:
            self._handle(shard, batch)
        if not shard.pending:
            self._save_checkpoint(shard.id, shard.position)
        return bool(read or batch)

    def _read(self, shard: Shard) -> int:
        """Read records into `pending`. Return their number, including those that the filter drops."""
        request = {"Limit": self._source.batch_size}
        try:
            answer = self._streams.get_records(ShardIterator=shard.iterator, **request)
        except self._streams.exceptions.ExpiredIteratorException:  # a batch failed for more than 15 minutes
            shard.iterator = self._get_iterator(shard.id, shard.position)
            answer = self._streams.get_records(ShardIterator=shard.iterator, **request)
        except self._streams.exceptions.TrimmedDataAccessException:  # the stream no longer has this record
            shard.iterator = self._get_oldest_iterator(shard.id)
            answer = self._streams.get_records(ShardIterator=shard.iterator, **request)
        records = answer["Records"]
        shard.iterator = answer.get("NextShardIterator")
        if records:
            shard.position = records[-1]["dynamodb"]["SequenceNumber"]
        shard.pending = [
            each
            for each in (build_record(r, self._source.stream_arn) for r in records)
            if self._matches(each)
        ]
        return len(records)

    def _handle(self, shard: Shard, batch: list[Event]) -> None:
        """Invoke the function and remove the handled records. Raises InvocationFailed if a record failed."""
        numbers = [each["dynamodb"]["SequenceNumber"] for each in batch]
        try:
            answer = self._invoke(self._source.function, {"Records": batch})
        except InvocationFailed:
            if self._source.bisects:
                shard.batch_size = max(1, len(batch) // 2)
            raise
        shard.batch_size = self._source.batch_size
        failed = find_failures(answer, set(numbers)) if self._source.reports_failures else set()
        done = next((index for index, number in enumerate(numbers) if number in failed), len(batch))
        if done:
            del shard.pending[:done]
            self._save_checkpoint(shard.id, numbers[done - 1])
        if failed:
            raise InvocationFailed(f"The function reported {len(failed)} of {len(batch)} records as failed")

    def _save_checkpoint(self, shard_id: str, position: str | None) -> None:
        if position is None or self._checkpoints.get(shard_id) == position:
            return
        self._checkpoints[shard_id] = position
        self._file.write_text(json.dumps({self._source.stream_arn: self._checkpoints}))


def build_record(record: dict[str, Any], stream_arn: str) -> Event:
    """Return a stream record as Lambda passes it to a function: JSON instead of boto3's dates and bytes."""
    whole = record | {"eventSource": "aws:dynamodb", "eventSourceARN": stream_arn, "awsRegion": REGION}
    plain: Event = json.loads(json.dumps(whole, default=_to_json))
    return plain


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    return base64.b64encode(value).decode()
