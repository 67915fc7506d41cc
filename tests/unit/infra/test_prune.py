"""python -m infra.admin.prune and what a deploy sets afterwards, on moto's Lambda and ECR."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from samcli.lib.bootstrap.companion_stack.data_types import CompanionStack

from infra.admin import image_repositories, prune
from infra.admin.image_repositories import KEPT_IMAGES, list_repositories
from infra.admin.settle import settle
from infra.admin.stack_resources import Client, connect

STACK = "heavylift-test"
API = "api"
REPOSITORY = "worker"
TOMORROW = datetime.now(UTC) + timedelta(days=1, hours=1)
MANIFEST = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
    "config": {
        "mediaType": "application/vnd.docker.container.image.v1+json",
        "size": 1,
        "digest": "sha256:0",
    },
    "layers": [],
}


class FakeCloudFormation:
    """Stacks by name; moto has none without a package more."""

    def __init__(self) -> None:
        self.status = "UPDATE_COMPLETE"
        self.protected = False
        self.resources: dict[str, list[tuple[str, str]]] = {}

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        if StackName not in self.resources:
            problem = {"Error": {"Code": "ValidationError", "Message": f"Stack {StackName} does not exist"}}
            raise ClientError(problem, "DescribeStacks")  # type: ignore[arg-type]  # only the fields that are read
        return {"Stacks": [{"StackStatus": self.status, "EnableTerminationProtection": self.protected}]}

    def get_paginator(self, operation: str) -> FakeCloudFormation:
        assert operation == "list_stack_resources"
        return self

    def paginate(self, StackName: str) -> list[dict[str, Any]]:  # noqa: N803
        """Return a page for each resource."""
        return [
            {"StackResourceSummaries": [{"ResourceType": type_, "PhysicalResourceId": physical}]}
            for type_, physical in self.resources[StackName]
        ]

    def update_termination_protection(self, *, StackName: str, EnableTerminationProtection: bool) -> None:  # noqa: N803
        assert StackName == STACK
        self.protected = EnableTerminationProtection


def push(client: Client, tag: str) -> str:
    """Push an image and return its digest."""
    layer = {
        "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
        "size": 1,
        "digest": f"sha256:{tag}",
    }
    manifest = json.dumps(MANIFEST | {"layers": [layer]})
    pushed = client("ecr").put_image(repositoryName=REPOSITORY, imageManifest=manifest, imageTag=tag)
    return str(pushed["image"]["imageId"]["imageDigest"])


@pytest.fixture(name="stacks")
def make_stacks() -> FakeCloudFormation:
    return FakeCloudFormation()


@pytest.fixture(name="client")
def deploy(monkeypatch: pytest.MonkeyPatch, stacks: FakeCloudFormation) -> Iterator[Client]:
    """A stack with the api, and a nested stack with a function of an image."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("MOTO_LAMBDA_STUB_ECR", "false")  # the function has the digest of the image
    with mock_aws(config={"lambda": {"use_docker": False}}):
        aws = connect("us-east-1")
        role = aws("iam").create_role(RoleName="any", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        aws("ecr").create_repository(repositoryName=REPOSITORY)
        push(aws, "used")
        image = {"ImageUri": f"123456789012.dkr.ecr.us-east-1.amazonaws.com/{REPOSITORY}:used"}
        aws("lambda").create_function(FunctionName="worker", Role=role, PackageType="Image", Code=image)
        code = {
            "Role": role,
            "Handler": "index.handler",
            "Runtime": "python3.13",
            "Code": {"ZipFile": pack("")},
        }
        aws("lambda").create_function(FunctionName=API, **code)
        function, nested = "AWS::Lambda::Function", "AWS::CloudFormation::Stack"
        stacks.resources = {
            STACK: [("AWS::SQS::Queue", "queue"), (function, API), (nested, "arn:nested")],
            "arn:nested": [(function, "worker")],
            CompanionStack(STACK).stack_name: [("AWS::ECR::Repository", REPOSITORY)],
        }

        def client(service: str) -> Any:
            return stacks if service == "cloudformation" else aws(service)

        monkeypatch.setattr(prune, "connect", lambda: client)
        yield client


def pack(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", text)
    return packed.getvalue()


def publish(client: Client, text: str) -> str:
    client("lambda").update_function_code(FunctionName=API, ZipFile=pack(text))
    return str(client("lambda").publish_version(FunctionName=API)["Version"])


def list_versions(client: Client) -> set[str]:
    versions = client("lambda").list_versions_by_function(FunctionName=API)["Versions"]
    return {each["Version"] for each in versions} - {"$LATEST"}


def test_versions_that_no_alias_names_are_deleted(client: Client) -> None:
    old, shared, live = (publish(client, f"version = {number}") for number in range(3))
    client("lambda").create_alias(
        FunctionName=API,
        Name="live",
        FunctionVersion=live,
        RoutingConfig={"AdditionalVersionWeights": {shared: 0.1}},
    )
    assert prune.main(["--stack", STACK, "--dry-run"]) == 0
    assert list_versions(client) == {old, shared, live}
    assert prune.main(["--stack", STACK]) == 0
    assert list_versions(client) == {shared, live}


def test_images_that_no_function_runs_are_deleted_a_day_later(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_repositories, "AT_ONCE", 1)
    push(client, "old")
    push(client, "older")

    def tags() -> set[str]:
        found = client("ecr").describe_images(repositoryName=REPOSITORY)["imageDetails"]
        return {tag for image in found for tag in image["imageTags"]}

    prune.prune_images(client, STACK, datetime.now(UTC), dry_run=False)
    prune.prune_images(client, STACK, TOMORROW, dry_run=True)
    assert tags() == {"used", "old", "older"}
    prune.prune_images(client, STACK, TOMORROW, dry_run=False)
    assert tags() == {"used"}


def test_nothing_is_deleted_while_a_deploy_runs_or_without_a_stack(
    client: Client, stacks: FakeCloudFormation, capsys: pytest.CaptureFixture[str]
) -> None:
    versions = {publish(client, "old"), publish(client, "older")}
    assert prune.main(["--stack", "another"]) == 1
    assert "no stack another" in capsys.readouterr().err
    stacks.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    assert prune.main(["--stack", STACK]) == 1
    assert list_versions(client) == versions
    assert "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" in capsys.readouterr().err


def test_a_deploy_protects_the_stack_and_gives_its_repositories_their_rules(
    client: Client, stacks: FakeCloudFormation
) -> None:
    settle(client, STACK, protected=True)
    assert stacks.protected
    [repository] = list_repositories(client, STACK)
    [described] = client("ecr").describe_repositories(repositoryNames=[repository])["repositories"]
    assert described["imageScanningConfiguration"] == {"scanOnPush": True}
    text = client("ecr").get_lifecycle_policy(repositoryName=repository)["lifecyclePolicyText"]
    [rule] = json.loads(text)["rules"]
    assert rule["selection"] == {
        "tagStatus": "any",
        "countType": "imageCountMoreThan",
        "countNumber": KEPT_IMAGES,
    }
    assert rule["action"] == {"type": "expire"}
    assert KEPT_IMAGES > 1  # there is one to go back to
    settle(client, STACK, protected=False)
    assert not stacks.protected


def test_a_stack_whose_first_change_was_refused_is_left_alone(
    client: Client, stacks: FakeCloudFormation
) -> None:
    stacks.status = "REVIEW_IN_PROGRESS"
    settle(client, STACK, protected=True)
    assert not stacks.protected


def test_a_stack_without_images_has_no_repositories(client: Client) -> None:
    assert list_repositories(client, "another") == []
    settle(client, "another", protected=True)
