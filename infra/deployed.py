"""How a command finds the table of a stack: on AWS by its name, or the embedded one of this folder."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import boto3

from heavylift.aws.dynamodb import DynamoTable
from heavylift.ports import Table
from infra.local.emulator import running_port
from infra.local.place import DEFAULT_STATE, Place
from infra.local.say import Stop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stack", default="heavylift", help="the deployed stack (default: heavylift)")
    parser.add_argument("--local", action="store_true", help="the embedded stack of this folder")
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_STATE, help="of the embedded stack")


def table_of(options: argparse.Namespace) -> Table:
    """The table; Stop, ClientError or BotoCoreError if there is no such stack or no way to it."""
    client = _clients(options)
    [described] = client("cloudformation").describe_stacks(StackName=options.stack)["Stacks"]
    names = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    if "TableName" not in names:
        raise Stop(f"The stack {options.stack} is not a Heavylift: it has no output TableName")
    return DynamoTable(client("dynamodb"), names["TableName"])


def _clients(options: argparse.Namespace) -> Callable[[str], Any]:
    if not options.local:
        return partial(boto3.client)
    place = Place(state_dir=options.state_dir.resolve())
    port = running_port(place)
    if port is None:
        raise Stop("The embedded stack is down: make up starts it")
    return Place(port, place.state_dir).aws.client
