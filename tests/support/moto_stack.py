"""A deployed stack on moto: as much as the commands need to find its table and its bucket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from heavylift.adapters.aws.dynamodb import DynamoTable
from infra.admin import stack_table
from tests.contract.conftest import ACCESS, create_table

BUCKET = "objects"


class FakeCloudFormation:
    """Answers describe_stacks for the stack `heavylift`. Raises ClientError for another stack."""

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        if StackName != "heavylift":
            problem = {"Error": {"Code": "ValidationError", "Message": f"Stack {StackName} does not exist"}}
            raise ClientError(problem, "DescribeStacks")  # type: ignore[arg-type]  # only the fields that are read
        outputs = {"TableName": "jobs", "BucketName": BUCKET}
        return {"Stacks": [{"Outputs": [{"OutputKey": n, "OutputValue": v} for n, v in outputs.items()]}]}


@contextmanager
def deploy_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoTable]:
    """Create the table of the stack `heavylift` and let `infra.admin.stack_table` find it."""
    with mock_aws():
        client, s3 = boto3.client("dynamodb", **ACCESS), boto3.client("s3", **ACCESS)
        create_table(client, "jobs")
        s3.create_bucket(Bucket=BUCKET)
        clients = {"dynamodb": client, "s3": s3, "cloudformation": FakeCloudFormation()}
        monkeypatch.setattr(stack_table, "_get_client_factory", lambda options: clients.__getitem__)
        yield DynamoTable(client, "jobs")
