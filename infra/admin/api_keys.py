"""python -m infra.admin.api_keys create TENANT | list | revoke ID: manage the API keys of a stack.

For a deployed stack with AWS credentials, or for the embedded stack with --local. A key is shown once,
when it is created.
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
    options = _build_parser().parse_args(arguments)
    try:
        table = stack_table.find_table(options)
        match options.command:
            case "create":
                _create(table, options.tenant, options.scopes)
            case "list":
                _list(table)
            case "revoke":
                key = revoke_key(table, options.id, time.time())
                print(f"Revoked key {key.id} of {key.tenant}. The API refuses it within 30 seconds.")
    except (CommandError, Refused, ValueError, BotoCoreError, ClientError) as reason:
        print(f"heavylift: {reason}", file=sys.stderr)
        return 1
    return 0


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.admin.api_keys", description="Manage the API keys."
    )
    stack_table.add_arguments(parser)
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create", help="create a key for a tenant and show it")
    create.add_argument("tenant")
    create.add_argument(
        "--scopes",
        type=_parse_scopes,
        default=tuple(Scope),
        help="jobs, operate or both: jobs,operate (default)",
    )
    commands.add_parser(
        "list", help="list every key's id, tenant, scopes, creation time and state, never the key itself"
    )
    commands.add_parser("revoke", help="revoke a key").add_argument("id", help="the key's id, from `list`")
    return parser


def _parse_scopes(text: str) -> tuple[Scope, ...]:
    return tuple(Scope(name.strip()) for name in text.split(","))


def _create(table: Table, tenant: str, scopes: tuple[Scope, ...]) -> None:
    secret, key = create_key(table, tenant, scopes, time.time())
    print(f"{secret}")
    print(
        f"Created key {key.id} of {tenant} ({_join(key.scopes)}). The key is shown only once."
        " Send it in the header Authorization: Bearer KEY",
        file=sys.stderr,
    )


def _list(table: Table) -> None:
    for key in list_keys(table):
        created = datetime.fromtimestamp(key.created_at, UTC).isoformat(timespec="seconds")
        state = "revoked" if key.revoked_at else "good"
        print(f"{key.id}  {key.tenant:20} {_join(key.scopes):14} {created}  {state}")


def _join(scopes: frozenset[Scope]) -> str:
    return ",".join(sorted(scopes))


if __name__ == "__main__":
    sys.exit(main())
