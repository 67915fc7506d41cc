"""What the adapters do when a service refuses, throttles, fails or says nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from heavylift.adapters.aws.clients import CONFIG
from heavylift.adapters.aws.dynamodb import MAX_CONFLICT_TRIES, DynamoTable
from heavylift.adapters.aws.s3 import PART_THRESHOLD, TRANSFER, S3Objects
from heavylift.errors import Throttled
from heavylift.ports.table import Change, ConditionFailed, Is, Key
from tests.contract.conftest import ACCESS, create_table
from tests.support.aws_faults import Faults, silent_server

KEY = Key("JOB#1", "JOB")
CONFLICT = (400, "TransactionConflictException")


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[DynamoTable, Faults]]:
    monkeypatch.setattr("heavylift.adapters.aws.dynamodb.time.sleep", lambda _seconds: None)
    with mock_aws():
        client: Any = boto3.client("dynamodb", config=CONFIG, **ACCESS)
        create_table(client, "t")
        table, faults = DynamoTable(client, "t"), Faults()
        table.create({**KEY._asdict(), "number": 1})
        faults.attach(client)
        yield table, faults


def test_a_plain_write_that_meets_a_transaction_is_repeated(stack: tuple[DynamoTable, Faults]) -> None:
    table, faults = stack
    faults.add(2, *CONFLICT)
    assert table.update(Change(KEY, set={"number": 2}))["number"] == 2
    faults.add(2, *CONFLICT)
    table.create({"pk": "JOB#2", "sk": "JOB"})
    assert faults.sent == 6


def test_a_conflict_that_lasts_is_throttling(stack: tuple[DynamoTable, Faults]) -> None:
    table, faults = stack
    faults.add(100, *CONFLICT)
    with pytest.raises(Throttled):
        table.update(Change(KEY, set={"number": 2}))
    assert faults.sent == MAX_CONFLICT_TRIES


def test_a_condition_still_fails_after_a_conflict(stack: tuple[DynamoTable, Faults]) -> None:
    table, faults = stack
    faults.add(1, *CONFLICT)
    with pytest.raises(ConditionFailed) as refused:
        table.update(Change(KEY, when=(Is("number", "=", 9),), set={"number": 2}))
    assert refused.value.item is not None


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, "InternalServerError"),
        (503, "ServiceUnavailable"),
        (400, "ThrottlingException"),
        (400, "ProvisionedThroughputExceededException"),
        (400, "TransactionInProgressException"),
    ],
)
def test_a_fault_that_outlasts_the_retries_is_throttling(
    stack: tuple[DynamoTable, Faults], monkeypatch: pytest.MonkeyPatch, status: int, code: str
) -> None:
    table, faults = stack
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    for write in (
        lambda: table.update(Change(KEY, set={"number": 2})),
        lambda: table.create({"pk": "JOB#3", "sk": "JOB"}),
        lambda: table.transact(Change(KEY, set={"number": 2})),
    ):
        faults.answers.clear()
        faults.add(100, status, code)
        with pytest.raises(Throttled):
            write()
    faults.answers.clear()
    faults.add(2, status, code) if code != "TransactionInProgressException" else None
    assert table.update(Change(KEY, set={"number": 3}))["number"] == 3


@pytest.mark.parametrize(
    ("code", "tokens"),
    [
        ("TransactionInProgressException", 1),  # an earlier copy is under way: another token would repeat it
        ("TransactionConflictException", 1),
        ("TransactionCanceledException", 2),
    ],
)
def test_a_transaction_has_another_token_only_once_it_was_certainly_not_made(
    monkeypatch: pytest.MonkeyPatch, code: str, tokens: int
) -> None:
    monkeypatch.setattr("heavylift.adapters.aws.dynamodb.time.sleep", lambda _seconds: None)
    client = Mock()
    answer: Any = {"Error": {"Code": code}, "CancellationReasons": [{"Code": "TransactionConflict"}]}
    client.transact_write_items.side_effect = [ClientError(answer, "TransactWriteItems"), {}]
    DynamoTable(client, "t").transact(Change(KEY, set={"number": 2}))
    sent = [call.kwargs["ClientRequestToken"] for call in client.transact_write_items.call_args_list]
    assert (len(sent), len(set(sent))) == (2, tokens)


def test_another_error_is_not_repeated(stack: tuple[DynamoTable, Faults]) -> None:
    table, faults = stack
    faults.add(1, 400, "ValidationException")
    with pytest.raises(Exception, match="ValidationException"):
        table.update(Change(KEY, set={"number": 2}))
    assert faults.sent == 1


def test_a_service_that_says_nothing_is_given_up_before_the_gateway_gives_up() -> None:
    with silent_server() as url:
        client: Any = boto3.client("dynamodb", config=CONFIG, endpoint_url=url, **ACCESS)
        began = time.monotonic()
        with pytest.raises(Throttled):
            DynamoTable(client, "t").get(KEY)
    assert time.monotonic() - began < 15


@pytest.fixture
def bucket() -> Iterator[tuple[S3Objects, Faults]]:
    with mock_aws():
        client: Any = boto3.client("s3", config=CONFIG, **ACCESS)
        client.create_bucket(Bucket="bucket")
        faults = Faults()
        faults.attach(client)
        yield S3Objects(client, "bucket"), faults


def test_a_large_file_is_sent_in_parts(bucket: tuple[S3Objects, Faults], tmp_path: Path) -> None:
    objects, faults = bucket
    file = tmp_path / "large"
    with file.open("wb") as opened:
        opened.truncate(PART_THRESHOLD + 1)
    objects.put("k", file, "text/plain")
    assert faults.sent > PART_THRESHOLD / TRANSFER.multipart_chunksize
    stored = objects.head("k")
    assert stored is not None
    assert (stored.bytes, stored.media_type) == (PART_THRESHOLD + 1, "text/plain")


def test_a_large_file_that_s3_throttles_is_throttling(
    bucket: tuple[S3Objects, Faults], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects, faults = bucket
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    file = tmp_path / "large"
    with file.open("wb") as opened:
        opened.truncate(PART_THRESHOLD + 1)
    faults.add(100, 503, "SlowDown")
    with pytest.raises(Throttled):
        objects.put("k", file, "text/plain")
