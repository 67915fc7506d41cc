"""python -m infra.admin.api_keys create TENANT | list | revoke ID: manage the API keys of a stack.

With AWS credentials for a deployed stack; --local for the embedded one. A key is shown once, when it is made.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from heavylift.api_keys import Scope, create_key, list_keys, revoke_key
from heavylift.errors import Refused
from heavylift.ports.table import Table
from infra.admin import stack_table
from infra.local.console import CommandError


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        table = stack_table.table_of(options)
        match options.command:
            case "create":
                _create(table, options.tenant, options.scopes)
            case "list":
                _list(table)
            case "revoke":
                key = revoke_key(table, options.id, time.time())
                print(f"revoked the key {key.id} of {key.tenant}; it ends within half a minute")
    except (CommandError, Refused, ValueError, BotoCoreError, ClientError) as reason:
        print(f"heavylift: {reason}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.admin.api_keys", description="The API's keys.")
    stack_table.add_arguments(parser)
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create", help="make a key for a tenant, and show it")
    create.add_argument("tenant")
    create.add_argument("--scopes", type=_scopes, default=tuple(Scope), help="jobs,operate (default: both)")
    commands.add_parser("list", help="every key: its id, tenant, scopes and age, never the key itself")
    commands.add_parser("revoke", help="end a key").add_argument("id", help="as `list` shows it")
    return parser


def _scopes(text: str) -> tuple[Scope, ...]:
    return tuple(Scope(name.strip()) for name in text.split(","))


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
