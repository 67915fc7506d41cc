"""Finds the table and the bucket of a stack, deployed on AWS or running on this machine."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import boto3

from heavylift.adapters.aws.dynamodb import DynamoTable
from heavylift.adapters.aws.s3 import S3Objects
from heavylift.ports.objects import ObjectStore
from heavylift.ports.table import Table
from infra.local.aws_clients import AwsClients
from infra.local.console import CommandError
from infra.local.instance import DEFAULT_STATE, LocalInstance


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose a stack."""
    parser.add_argument(
        "--stack", default="heavylift", help="name of the deployed stack (default: heavylift)"
    )
    parser.add_argument("--local", action="store_true", help="use the stack that runs on this machine")
    parser.add_argument(
        "--state-dir", type=Path, default=DEFAULT_STATE, help="folder of the local stack's state"
    )


def find_table(options: argparse.Namespace) -> Table:
    """Return the table of the stack that the options choose.

    Raises CommandError, ClientError or BotoCoreError if the stack does not exist or cannot be reached.
    """
    return find_stores(options)[0]


def find_stores(options: argparse.Namespace) -> tuple[Table, ObjectStore]:
    """Return the table and the bucket. Raises as `find_table` does."""
    client = _get_client_factory(options)
    names = _read_description(options).get("outputs") if options.local else None
    if names is None:
        [stack] = client("cloudformation").describe_stacks(StackName=options.stack)["Stacks"]
        names = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    if missing := {"TableName", "BucketName"} - names.keys():
        output = max(missing)
        raise CommandError(f"The stack {options.stack} is not a Heavylift stack: it has no output {output}")
    return DynamoTable(client("dynamodb"), names["TableName"]), S3Objects(client("s3"), names["BucketName"])


def _get_client_factory(options: argparse.Namespace) -> Callable[[str], Any]:
    if not options.local:
        return partial(boto3.client)
    description = _read_description(options)
    return AwsClients(description["endpoint_url"], description.get("endpoints", {})).client


def _read_description(options: argparse.Namespace) -> dict[str, Any]:
    """Return the content of local.json. It has outputs only under `sam local`: there is no CloudFormation."""
    file = LocalInstance(state_dir=options.state_dir.resolve()).description
    if not file.exists():
        raise CommandError(f"No stack is running in {options.state_dir}. Start it with: make up")
    description: dict[str, Any] = json.loads(file.read_text())
    return description
