"""The table of a benchmark on a DynamoDB Local, and what its calls cost."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers" / "core"), str(ROOT / "functions")]

from infra.local.template import load  # noqa: E402

READS = ("GetItem", "BatchGetItem", "Query")
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")


@dataclass
class Meter:
    """Adds up the units of a client's calls, by operation. A program that returns none adds none."""

    writes: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)

    def clear(self) -> None:
        for counts in (self.writes, self.reads, self.calls):
            counts.clear()

    def attach(self, client: Any) -> None:
        client.meta.events.register("before-parameter-build.dynamodb", self._ask)
        client.meta.events.register("after-call.dynamodb", self._add)

    def _ask(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name in (*READS, *WRITES):
            params["ReturnConsumedCapacity"] = "TOTAL"

    def _add(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        found = parsed.get("ConsumedCapacity", [])
        units = sum(
            each.get("CapacityUnits", 0.0) for each in (found if isinstance(found, list) else [found])
        )
        is_read = model.name in READS
        (self.reads if is_read else self.writes)[model.name] += units
        self.calls[model.name] += 1


def read_options(description: str | None) -> argparse.Namespace:
    """Return `endpoint` and `jobs`, as the command line gives them."""
    how = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=description, formatter_class=how)
    known = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000")
    parser.add_argument("--endpoint", default=known)
    parser.add_argument("--jobs", type=int, default=100_000)
    return parser.parse_args()


def connect(endpoint: str) -> Any:
    """Return boto3's client of the endpoint. A refused call is not repeated by it."""
    access: dict[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    access["region_name"] = "us-east-1"
    config = Config(max_pool_connections=64, retries={"total_max_attempts": 1})
    return boto3.session.Session(**access).client("dynamodb", endpoint_url=endpoint, config=config)


def create_table(client: Any, name: str) -> None:
    """Create the table as template.yaml describes it."""
    properties = load((ROOT / "template.yaml").read_text())["Resources"]["Table"]["Properties"]
    names = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    client.create_table(TableName=name, **{each: properties[each] for each in names})
    client.get_waiter("table_exists").wait(TableName=name)
