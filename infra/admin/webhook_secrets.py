"""python -m infra.admin.webhook_secrets show TENANT | rotate TENANT: the secret that signs callbacks.

With AWS credentials for a deployed stack; --local for the embedded one.
"""

from __future__ import annotations

import argparse
import sys
import time

from botocore.exceptions import BotoCoreError, ClientError

from heavylift.api_keys import TENANT_NAME
from heavylift.webhooks.signing import rotate, secrets_of
from infra.admin import stack_table
from infra.local.console import CommandError

OVERLAP_HOURS = 24.0
"""As long as a callback is tried: what was signed before a rotation still verifies after it."""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        _require_name(options.tenant)
        table, now = stack_table.table_of(options), time.time()
        if options.command == "rotate":
            secrets = rotate(table, options.tenant, now=now, overlap_s=options.overlap_hours * 3600)
            print(
                f"callbacks are signed with both for {options.overlap_hours:g} hours; the new one:",
                file=sys.stderr,
            )
        else:
            secrets = secrets_of(table, options.tenant, now)
    except (CommandError, BotoCoreError, ClientError) as reason:
        print(f"heavylift: {reason}", file=sys.stderr)
        return 1
    print(secrets[0])
    return 0


def _require_name(tenant: str) -> None:
    if not TENANT_NAME.fullmatch(tenant):
        raise CommandError(f"{tenant!r} is no tenant's name")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.admin.webhook_secrets", description="The secrets of callbacks."
    )
    stack_table.add_arguments(parser)
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("show", help="the newest secret; made now if there is none yet")
    again = commands.add_parser("rotate", help="a new secret; the one before stays valid for a while")
    again.add_argument("--overlap-hours", type=float, default=OVERLAP_HOURS, help="default: 24")
    for command in (show, again):
        command.add_argument("tenant")
    return parser


if __name__ == "__main__":
    sys.exit(main())
