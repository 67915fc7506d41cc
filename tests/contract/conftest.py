"""Every implementation of each port, so that one suite checks them all.

memory: the in-memory adapters. moto: the adapters on moto, with a function's credentials. emulator: those on
MiniStack, over HTTP.
localstack: the adapters on the LocalStack at AWS_ENDPOINT_URL, when HEAVYLIFT_BACKENDS names it
(`make test-localstack`). AWS_ENDPOINT_URL_DYNAMODB names another program for the table.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from heavylift.adapters.aws.dynamodb import DynamoTable
from heavylift.adapters.aws.s3 import S3Objects
from heavylift.adapters.aws.sqs import SqsQueue
from heavylift.adapters.memory.objects import MemoryObjects
from heavylift.adapters.memory.queue import MemoryQueue
from heavylift.adapters.memory.table import MemoryTable
from heavylift.adapters.system_clock import SystemClock
from heavylift.ports.objects import ObjectStore
from heavylift.ports.queue import JobQueue
from heavylift.ports.table import DEAD, OPEN, TENANT, Table
from infra.local import emulator
from infra.local.instance import LocalInstance
from tests.support import localstack
from tests.support.aws_faults import session_that_ends_in
from tests.support.ports import find_free_port

ACCESS: dict[str, Any] = {
    "region_name": "us-east-1",
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
}
BACKENDS = os.environ.get("HEAVYLIFT_BACKENDS", "memory,moto,emulator").split(",")
Clients = Callable[..., Any]
"""(service, options) → boto3 client."""


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = LocalInstance(port=find_free_port(), state_dir=Path(tmp_path_factory.mktemp("emulator")))
    emulator.start(place, tied_to_parent=True)
    yield place.endpoint_url
    emulator.stop(place)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Iterator[Clients | None]:
    """Return a factory of boto3 clients, or None for the in-memory adapters."""
    match request.param:
        case "memory":
            yield None
        case "moto":
            with mock_aws():  # like a function: its credentials end soon and are not renewed before
                yield session_that_ends_in(720).client
        case "emulator":
            url = request.getfixturevalue("emulator_url")
            yield partial(boto3.client, endpoint_url=url, **ACCESS)
        case "localstack":
            yield localstack.client
        case unknown:
            raise ValueError(unknown)


@pytest.fixture
def threads(request: pytest.FixtureRequest) -> int:
    """Return the number of parallel writers. Moto is not thread-safe, so it gets a single one."""
    return 1 if request.node.callspec.params["backend"] == "moto" else 8


def create_table(client: Any, name: str) -> None:
    """Create the table of template.yaml, with what the port uses."""
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
def table(backend: Clients | None) -> Table:
    if backend is None:
        return MemoryTable()
    client = backend("dynamodb")
    name = f"table-{uuid4().hex[:8]}"
    create_table(client, name)
    return DynamoTable(client, name)


@pytest.fixture
def queue(backend: Clients | None) -> JobQueue:
    if backend is None:
        return MemoryQueue(SystemClock())
    client = backend("sqs")
    prefix = f"queue-{uuid4().hex[:8]}-"
    client.create_queue(QueueName=f"{prefix}work")
    return SqsQueue(client, prefix)


@pytest.fixture
def objects(backend: Clients | None) -> ObjectStore:
    if backend is None:
        return MemoryObjects()
    config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
    client = backend("s3", config=config)
    name = f"bucket-{uuid4().hex[:8]}"
    client.create_bucket(Bucket=name)
    return S3Objects(client, name)
