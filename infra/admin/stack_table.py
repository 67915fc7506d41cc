"""How a command finds the table of a stack: on AWS by its name, or of one that runs here."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import boto3

from heavylift.adapters.aws.dynamodb import DynamoTable
from heavylift.ports.table import Table
from infra.local.console import CommandError
from infra.local.instance import DEFAULT_STATE, Aws, LocalInstance


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stack", default="heavylift", help="the deployed stack (default: heavylift)")
    parser.add_argument("--local", action="store_true", help="a stack that runs here")
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_STATE, help="where that one is kept")


def table_of(options: argparse.Namespace) -> Table:
    """The table; Stop, ClientError or BotoCoreError if there is no such stack or no way to it."""
    client = _clients(options)
    names = _local(options).get("outputs") if options.local else None
    if names is None:
        [described] = client("cloudformation").describe_stacks(StackName=options.stack)["Stacks"]
        names = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    if "TableName" not in names:
        raise CommandError(f"The stack {options.stack} is not a Heavylift: it has no output TableName")
    return DynamoTable(client("dynamodb"), names["TableName"])


def _clients(options: argparse.Namespace) -> Callable[[str], Any]:
    if not options.local:
        return partial(boto3.client)
    described = _local(options)
    return Aws(described["endpoint_url"], described.get("endpoints", {})).client


def _local(options: argparse.Namespace) -> dict[str, Any]:
    """The stack's local.json; only `make sam-local` writes the outputs there, as it has no CloudFormation."""
    file = LocalInstance(state_dir=options.state_dir.resolve()).description
    if not file.exists():
        raise CommandError(f"No stack is up in {options.state_dir}: make up starts one")
    described: dict[str, Any] = json.loads(file.read_text())
    return described
