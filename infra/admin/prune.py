"""python -m infra.admin.prune --stack NAME [--dry-run]: remove what earlier deploys of a stack have left.

Each deploy publishes a version of the api and pushes images. CloudFormation keeps the old versions, each with
a snapshot that is billed, and ECR keeps the old images. This removes versions that no alias names, and images
that no function runs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from infra.admin.image_repositories import (
    delete_images,
    list_repositories,
    list_unused_images,
    list_used_digests,
)
from infra.admin.stack_resources import Client, connect, list_resources, require_at_rest
from infra.local.console import CommandError


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.admin.prune", description=__doc__)
    parser.add_argument(
        "--stack", default="heavylift", help="name of the deployed stack (default: heavylift)"
    )
    parser.add_argument("--dry-run", action="store_true", help="list what would be removed")
    options = parser.parse_args(arguments)
    try:
        client = connect()
        require_at_rest(client, options.stack)
        prune_versions(client, options.stack, dry_run=options.dry_run)
        prune_images(client, options.stack, datetime.now(UTC), dry_run=options.dry_run)
    except (CommandError, BotoCoreError, ClientError) as reason:
        print(f"heavylift: {reason}", file=sys.stderr)
        return 1
    return 0


def prune_versions(client: Client, stack: str, *, dry_run: bool) -> None:
    """Delete every version of the stack's functions that no alias names."""
    for function in list_resources(client, stack, "AWS::Lambda::Function"):
        for version in list(_list_old_versions(client, function)):
            print(f"version {version} of {function}")
            if not dry_run:
                client("lambda").delete_function(FunctionName=function, Qualifier=version)


def _list_old_versions(client: Client, function: str) -> Iterator[str]:
    functions = client("lambda")
    named = {"$LATEST"}
    for page in functions.get_paginator("list_aliases").paginate(FunctionName=function):
        for alias in page["Aliases"]:
            shared = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
            named |= {alias["FunctionVersion"], *shared}
    for page in functions.get_paginator("list_versions_by_function").paginate(FunctionName=function):
        yield from (each["Version"] for each in page["Versions"] if each["Version"] not in named)


def prune_images(client: Client, stack: str, now: datetime, *, dry_run: bool) -> None:
    """Delete every image of the stack's repositories that no function runs, but those of the last day."""
    used = list_used_digests(client, stack)
    for repository in list_repositories(client, stack):
        unused = list(list_unused_images(client, repository, used, now))
        for digest in unused:
            print(f"image {digest} of {repository}")
        if not dry_run:
            delete_images(client, repository, unused)


if __name__ == "__main__":
    sys.exit(main())
