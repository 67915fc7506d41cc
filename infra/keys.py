"""python -m infra.keys create TENANT | list | revoke ID: the API's keys, by whoever may write the table.

With AWS credentials for a deployed stack; --local for the embedded one. A key is shown once, when it is made.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from heavylift.aws.dynamodb import DynamoTable
from heavylift.errors import Refused
from heavylift.keys import Scope, create_key, list_keys, revoke_key
from heavylift.ports import Table
from infra.local.emulator import running_port
from infra.local.place import DEFAULT_STATE, Place
from infra.local.say import Stop


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        table = _table(options.stack, _clients(options))
        match options.command:
            case "create":
                _create(table, options.tenant, options.scopes)
            case "list":
                _list(table)
            case "revoke":
                key = revoke_key(table, options.id, time.time())
                print(f"revoked the key {key.id} of {key.tenant}; it ends within half a minute")
    except (Stop, Refused, ValueError, BotoCoreError, ClientError) as reason:
        print(f"heavylift: {reason}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.keys", description="The API's keys.")
    parser.add_argument("--stack", default="heavylift", help="the deployed stack (default: heavylift)")
    parser.add_argument("--local", action="store_true", help="the embedded stack of this folder")
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_STATE, help="of the embedded stack")
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create", help="make a key for a tenant, and show it")
    create.add_argument("tenant")
    create.add_argument("--scopes", type=_scopes, default=tuple(Scope), help="jobs,operate (default: both)")
    commands.add_parser("list", help="every key: its id, tenant, scopes and age, never the key itself")
    commands.add_parser("revoke", help="end a key").add_argument("id", help="as `list` shows it")
    return parser


def _scopes(text: str) -> tuple[Scope, ...]:
    return tuple(Scope(name.strip()) for name in text.split(","))


def _clients(options: argparse.Namespace) -> Callable[[str], Any]:
    if not options.local:
        return partial(boto3.client)
    place = Place(state_dir=options.state_dir.resolve())
    port = running_port(place)
    if port is None:
        raise Stop("The embedded stack is down: make up starts it")
    return Place(port, place.state_dir).aws.client


def _table(stack: str, client: Callable[[str], Any]) -> Table:
    [described] = client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    names = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    if "TableName" not in names:
        raise Stop(f"The stack {stack} is not a Heavylift: it has no output TableName")
    return DynamoTable(client("dynamodb"), names["TableName"])


def _create(table: Table, tenant: str, scopes: tuple[Scope, ...]) -> None:
    secret, key = create_key(table, tenant, scopes, time.time())
    print(f"{secret}")
    print(
        f"key {key.id} of {tenant} ({_named(key.scopes)}): it is not shown again; Authorization: Bearer KEY",
        file=sys.stderr,
    )


def _list(table: Table) -> None:
    for key in list_keys(table):
        made = datetime.fromtimestamp(key.created_at, UTC).isoformat(timespec="seconds")
        state = "revoked" if key.revoked_at else "good"
        print(f"{key.id}  {key.tenant:20} {_named(key.scopes):14} {made}  {state}")


def _named(scopes: frozenset[Scope]) -> str:
    return ",".join(sorted(scopes))


if __name__ == "__main__":
    sys.exit(main())
