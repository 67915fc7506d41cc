"""What a deployed stack is made of, its nested stacks included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.local.console import CommandError

NESTED = "AWS::CloudFormation::Stack"
Client = Callable[[str], Any]
"""The name of a service → a boto3 client of it."""


def connect(region: str | None = None, profile: str | None = None) -> Client:
    """Return a factory of clients: one session, with the credentials of the profile or of the shell."""
    client: Client = boto3.Session(region_name=region, profile_name=profile).client  # type: ignore[assignment]
    return client


def find_stack(client: Client, stack: str) -> dict[str, Any] | None:
    """Return CloudFormation's description of the stack, or None if there is no such stack."""
    try:
        described = client("cloudformation").describe_stacks(StackName=stack)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise
    found: dict[str, Any] = described["Stacks"][0]
    return found


def require_at_rest(client: Client, stack: str) -> None:
    """Raise CommandError if the stack is missing, or if a deploy is changing it."""
    found = find_stack(client, stack)
    if found is None:
        raise CommandError(f"There is no stack {stack} here. Is this the right region?")
    if not found["StackStatus"].endswith("_COMPLETE"):
        raise CommandError(
            f"The stack {stack} is {found['StackStatus']}. Try again when the deploy has ended."
        )


def list_resources(client: Client, stack: str, type_: str) -> Iterator[str]:
    """Yield the physical ids of the resources of one type, of nested stacks too."""
    pages = client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    for resource in (each for page in pages for each in page["StackResourceSummaries"]):
        if resource["ResourceType"] == type_:
            yield resource["PhysicalResourceId"]
        elif resource["ResourceType"] == NESTED:
            yield from list_resources(client, resource["PhysicalResourceId"], type_)
