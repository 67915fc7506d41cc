"""A deployed stack, as far as the commands that look for its table ask AWS about it."""

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


class Stacks:
    """CloudFormation, as far as it is asked."""

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        if StackName != "heavylift":
            problem = {"Error": {"Code": "ValidationError", "Message": f"Stack {StackName} does not exist"}}
            raise ClientError(problem, "DescribeStacks")  # type: ignore[arg-type]  # only what is read
        return {"Stacks": [{"Outputs": [{"OutputKey": "TableName", "OutputValue": "jobs"}]}]}


@contextmanager
def deployed_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoTable]:
    """The table of the stack `heavylift`, which `infra.admin.stack_table` finds from here on."""
    with mock_aws():
        client = boto3.client(
            "dynamodb", region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t"
        )
        create_table(client, "jobs")
        clients = {"dynamodb": client, "cloudformation": Stacks()}
        monkeypatch.setattr(stack_table, "_clients", lambda options: clients.__getitem__)
        yield DynamoTable(client, "jobs")
