"""python -m infra.admin.webhook_secrets show TENANT | rotate TENANT: the secret that signs callbacks.

For a deployed stack with AWS credentials, or for the embedded stack with --local.
"""

from __future__ import annotations

import argparse
import sys
import time

from botocore.exceptions import BotoCoreError, ClientError

from heavylift.api_keys import TENANT_NAME
from heavylift.errors import HeavyliftError
from heavylift.webhooks.secrets import WebhookSecrets
from infra.admin import stack_table
from infra.local.console import CommandError

OVERLAP_HOURS = 24.0
"""The time that a callback is retried, so that retries signed before a rotation still verify."""


def main(arguments: list[str] | None = None) -> int:
    options = _build_parser().parse_args(arguments)
    try:
        _require_name(options.tenant)
        kept, now = WebhookSecrets(*stack_table.find_stores(options)), time.time()
        if options.command == "rotate":
            secrets = kept.rotate(options.tenant, now=now, overlap_s=options.overlap_hours * 3600)
            print(
                f"For {options.overlap_hours:g} hours both secrets sign callbacks. The new secret:",
                file=sys.stderr,
            )
        else:
            secrets = kept.get(options.tenant, now)
    except (CommandError, HeavyliftError, BotoCoreError, ClientError) as reason:
        print(f"heavylift: {reason}", file=sys.stderr)
        return 1
    print(secrets[0])
    return 0


def _require_name(tenant: str) -> None:
    if not TENANT_NAME.fullmatch(tenant):
        raise CommandError(f"{tenant!r} is not a valid tenant name")


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.admin.webhook_secrets", description="Manage the secrets that sign callbacks."
    )
    stack_table.add_arguments(parser)
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("show", help="show the newest secret; create one if there is none")
    rotate_command = commands.add_parser(
        "rotate", help="create a new secret; the previous one stays valid for --overlap-hours"
    )
    rotate_command.add_argument(
        "--overlap-hours",
        type=float,
        default=OVERLAP_HOURS,
        help="hours that the previous secret stays valid (default: 24)",
    )
    for command in (show, rotate_command):
        command.add_argument("tenant")
    return parser


if __name__ == "__main__":
    sys.exit(main())
