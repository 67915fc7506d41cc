"""Every implementation of a port, so that one suite holds all of them to one contract.

memory: the twins. moto: the adapters on moto. emulator: the adapters on MiniStack, over HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from heavylift.aws.dynamodb import DynamoTable
from heavylift.aws.s3 import S3Objects
from heavylift.aws.sqs import SqsQueue
from heavylift.clock import SystemClock
from heavylift.memory import MemoryObjects, MemoryQueue, MemoryTable
from heavylift.ports import JobQueue, ObjectStore, Table
from heavylift.table import DEAD, OPEN, TENANT
from infra.local import emulator
from infra.local.place import Place
from tests.support.net import free_port

ACCESS: dict[str, Any] = {
    "region_name": "us-east-1",
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
}
BACKENDS = ("memory", "moto", "emulator")


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = Place(port=free_port(), state_dir=Path(tmp_path_factory.mktemp("emulator")))
    emulator.start(place, leashed=True)
    yield place.endpoint_url
    emulator.stop(place)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Iterator[dict[str, Any] | None]:
    """Options for boto3's clients, or None for the twins."""
    if request.param == "memory":
        yield None
    elif request.param == "moto":
        with mock_aws():
            yield dict(ACCESS)
    else:
        yield {**ACCESS, "endpoint_url": request.getfixturevalue("emulator_url")}


@pytest.fixture
def threads(request: pytest.FixtureRequest) -> int:
    """How many writers at once: moto is not safe against several, and promises nothing there."""
    return 1 if request.node.callspec.params["backend"] == "moto" else 8


def create_table(client: Any, name: str) -> None:
    """The table of template.yaml, as far as the port uses it."""
    indexes = (OPEN, DEAD, TENANT)
    kinds = {"pk": "S", "sk": "S", "check_at": "N", "ended_at": "N", "id": "S"}
    kinds |= {index.partition: "S" for index in indexes}
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_key("pk", "sk"),
        AttributeDefinitions=[{"AttributeName": k, "AttributeType": v} for k, v in kinds.items()],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index.name,
                "KeySchema": _key(index.partition, index.sort),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in indexes
        ],
    )


def _key(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


@pytest.fixture
def table(backend: dict[str, Any] | None) -> Table:
    if backend is None:
        return MemoryTable()
    client = boto3.client("dynamodb", **backend)
    name = f"table-{uuid4().hex[:8]}"
    create_table(client, name)
    return DynamoTable(client, name)


@pytest.fixture
def queue(backend: dict[str, Any] | None) -> JobQueue:
    if backend is None:
        return MemoryQueue(SystemClock())
    client = boto3.client("sqs", **backend)
    name = f"queue-{uuid4().hex[:8]}"
    client.create_queue(QueueName=name)
    return SqsQueue(client, {"work": name})


@pytest.fixture
def objects(backend: dict[str, Any] | None) -> ObjectStore:
    if backend is None:
        return MemoryObjects()
    config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
    client = boto3.client("s3", config=config, **backend)
    name = f"bucket-{uuid4().hex[:8]}"
    client.create_bucket(Bucket=name)
    return S3Objects(client, name)
