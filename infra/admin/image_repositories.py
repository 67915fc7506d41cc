"""The ECR repositories of a stack's images. The SAM CLI keeps them in a stack of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from samcli.lib.bootstrap.companion_stack.data_types import CompanionStack

from infra.admin.stack_resources import Client, find_stack, list_resources

KEPT_IMAGES = 10
"""Of each worker. Its function uses one of them, the newest; the others are for going back."""
RULES = {
    "rules": [
        {
            "rulePriority": 1,
            "description": f"the {KEPT_IMAGES} newest images",
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": KEPT_IMAGES},
            "action": {"type": "expire"},
        }
    ]
}
YOUNG = timedelta(days=1)
"""A deploy pushes its images before a function uses them."""
AT_ONCE = 100
"""Images that ECR deletes in one call."""


def list_repositories(client: Client, stack: str) -> list[str]:
    """Return the names of the repositories; none before the first deploy of an image."""
    companion = CompanionStack(stack).stack_name
    if find_stack(client, companion) is None:
        return []
    return list(list_resources(client, companion, "AWS::ECR::Repository"))


def set_rules(client: Client, repository: str) -> None:
    """Let ECR scan each image that is pushed, and expire all but the newest."""
    ecr = client("ecr")
    ecr.put_image_scanning_configuration(
        repositoryName=repository, imageScanningConfiguration={"scanOnPush": True}
    )
    ecr.put_lifecycle_policy(repositoryName=repository, lifecyclePolicyText=json.dumps(RULES))


def list_used_digests(client: Client, stack: str) -> set[str]:
    """Return the digests of the images that the stack's functions run."""
    functions = client("lambda")
    codes = [
        functions.get_function(FunctionName=name)["Code"]
        for name in list_resources(client, stack, "AWS::Lambda::Function")
    ]
    return {code["ResolvedImageUri"].rpartition("@")[2] for code in codes if "ResolvedImageUri" in code}


def list_unused_images(client: Client, repository: str, used: set[str], now: datetime) -> Iterator[str]:
    """Yield the digests of the images that no function runs and that were not pushed just now."""
    pages = client("ecr").get_paginator("describe_images").paginate(repositoryName=repository)
    images: Iterator[dict[str, Any]] = (each for page in pages for each in page["imageDetails"])
    for image in images:
        if image["imageDigest"] not in used and now - image["imagePushedAt"] > YOUNG:
            yield image["imageDigest"]


def delete_images(client: Client, repository: str, digests: list[str]) -> None:
    """Delete images of a repository by their digests."""
    for start in range(0, len(digests), AT_ONCE):
        ids = [{"imageDigest": each} for each in digests[start : start + AT_ONCE]]
        client("ecr").batch_delete_image(repositoryName=repository, imageIds=ids)
