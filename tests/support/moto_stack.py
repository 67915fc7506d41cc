"""A deployed stack on moto: as much as the commands need to find its table."""

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
from tests.contract.conftest import create_table


class FakeCloudFormation:
    """Answers describe_stacks for the stack `heavylift`. Raises ClientError for another stack."""

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        if StackName != "heavylift":
            problem = {"Error": {"Code": "ValidationError", "Message": f"Stack {StackName} does not exist"}}
            raise ClientError(problem, "DescribeStacks")  # type: ignore[arg-type]  # only the fields that are read
        return {"Stacks": [{"Outputs": [{"OutputKey": "TableName", "OutputValue": "jobs"}]}]}


@contextmanager
def deploy_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoTable]:
    """Create the table of the stack `heavylift` and let `infra.admin.stack_table` find it."""
    with mock_aws():
        client = boto3.client(
            "dynamodb", region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t"
        )
        create_table(client, "jobs")
        clients = {"dynamodb": client, "cloudformation": FakeCloudFormation()}
        monkeypatch.setattr(stack_table, "_get_client_factory", lambda options: clients.__getitem__)
        yield DynamoTable(client, "jobs")
