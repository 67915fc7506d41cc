"""Each function's role, enforced: its own calls are allowed, and those of the others are refused.

The whole suite runs with these roles, so a permission that a function lacks fails there. Here the roles are
asked for what no function does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.local.aws_clients import REGION
from tests.e2e.conftest import Stack

REFUSED = {"AccessDenied", "AccessDeniedException", "403", "AWS.SimpleQueueService.AccessDenied"}
ABSENT = {"404", "NoSuchKey", "ResourceNotFoundException"}
ACCOUNT = "000000000000"
TRUST_THE_OWNER = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",'
    f' "Principal": {{"AWS": "arn:aws:iam::{ACCOUNT}:root"}}}}]}}'
)
Act = Callable[["Role"], Any]


class Role:
    """A session of a function's role, and the names of what it may ask for."""

    def __init__(self, stack: Stack, function: str) -> None:
        self.outputs = stack.outputs
        iam = stack.aws.client("iam")
        functions = stack.aws.client("lambda").list_functions()["Functions"]
        [arn] = [each["Role"] for each in functions if f"-{function}-" in each["FunctionName"]]
        iam.update_assume_role_policy(RoleName=arn.rpartition("/")[2], PolicyDocument=TRUST_THE_OWNER)
        session = stack.aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        self.access: dict[str, Any] = {
            "endpoint_url": stack.endpoint_url,
            "region_name": REGION,
            "aws_access_key_id": session["AccessKeyId"],
            "aws_secret_access_key": session["SecretAccessKey"],
            "aws_session_token": session["SessionToken"],
            "config": Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, proxies={}),
        }

    def client(self, service: str) -> Any:
        return boto3.client(service, **self.access)  # type: ignore[call-overload]

    @property
    def table(self) -> str:
        return self.outputs["TableName"]

    @property
    def bucket(self) -> str:
        return self.outputs["BucketName"]


def get_item(pk: str) -> Act:
    key = {"pk": {"S": pk}, "sk": {"S": "JOB"}}
    return lambda role: role.client("dynamodb").get_item(TableName=role.table, Key=key)


def update_item(pk: str) -> Act:
    key = {"pk": {"S": pk}, "sk": {"S": "TEST"}}
    return lambda role: role.client("dynamodb").update_item(TableName=role.table, Key=key)


def delete_item(pk: str) -> Act:
    key = {"pk": {"S": pk}, "sk": {"S": "TEST"}}
    return lambda role: role.client("dynamodb").delete_item(TableName=role.table, Key=key)


def scan(role: Role) -> Any:
    return role.client("dynamodb").scan(TableName=role.table, Limit=1)


def query(partition: str, index: str | None = None) -> Act:
    name = f"{index}_pk" if index else "pk"
    where: dict[str, Any] = {
        "KeyConditionExpression": f"{name} = :pk",
        "ExpressionAttributeValues": {":pk": {"S": partition}},
        **({"IndexName": index} if index else {}),
    }
    return lambda role: role.client("dynamodb").query(TableName=role.table, **where)


def look_at_queue(output: str) -> Act:
    """Return a call that asks for a queue's depth, as every function that sends or receives may."""

    def act(role: Role) -> Any:
        url = f"{role.access['endpoint_url']}/{ACCOUNT}/{role.outputs[output]}"
        return role.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])

    return act


def get_object(key: str) -> Act:
    return lambda role: role.client("s3").get_object(Bucket=role.bucket, Key=key)


def put_object(key: str) -> Act:
    return lambda role: role.client("s3").put_object(Bucket=role.bucket, Key=key, Body=b"")


def delete_object(key: str) -> Act:
    return lambda role: role.client("s3").delete_object(Bucket=role.bucket, Key=key)


JOB, KEY, TENANT_ = "JOB#absent", "KEY#absent", "TENANT#absent"
OWN_JOBS = {
    "reads a job": get_item(JOB),
    "writes a job": update_item(JOB),
    "its parts": query(JOB),
    "its input": get_object("jobs/absent"),
    "the input of a job that runs later": get_object("later/absent"),
    "an upload": get_object("uploads/absent"),
    "an output": put_object("jobs/absent/test"),
    "a message that names no job": put_object("orphans/test"),
}
FOREIGN = {
    "a scan": scan,
    "removes a job": delete_item(JOB),
    "an object elsewhere": put_object("elsewhere/test"),
    "another queue": look_at_queue("CallbackQueueName"),
}
FOREIGN_TO_WORKERS = FOREIGN | {
    "an API key": get_item(KEY),
    "a webhook secret": get_item(TENANT_),
    "the jobs of a tenant": query(TENANT_, "tenant"),
    "open jobs": query("OPEN#x", "open"),
    "removes an output": delete_object("jobs/absent/test"),
    "an upload of its own": put_object("uploads/test"),
}
MODELS = {
    "a kept model": get_object("models/absent"),
    "keeps a model": put_object("models/test"),
    "the record of a model": get_item("MODELS#absent"),
    "records a model": update_item("MODELS#absent"),
}
KEEPERS = {"LearnWorkerFunction"}
"""The workers whose tasks keep models."""
WORKERS = {
    "PagesWorkerFunction": ("PagesQueueName", "OcrQueueName"),
    "OcrWorkerFunction": ("OcrQueueName", "PagesQueueName"),
    "LearnWorkerFunction": ("LearnQueueName", "MessageQueueName"),
    "MessageWorkerFunction": ("MessageQueueName", "LearnQueueName"),
}
API_OWN = (OWN_JOBS | MODELS) | {
    "a queue": look_at_queue("OcrQueueName"),
    "an API key": get_item(KEY),
    "the jobs of a tenant": query(TENANT_, "tenant"),
    "removes an input": delete_object("jobs/absent/test"),
}
del API_OWN["a message that names no job"]
ROLES: dict[str, tuple[dict[str, Act], dict[str, Act]]] = {
    "ApiFunction": (
        API_OWN,
        FOREIGN | {"a webhook secret": get_item(TENANT_), "makes a key": update_item(KEY)},
    ),
    "JanitorFunction": (
        {
            "reads a job": get_item(JOB),
            "open jobs": query("OPEN#x", "open"),
            "jobs that run later": query("LATER#0", "open"),
            "an output": get_object("jobs/absent"),
            "a queue": look_at_queue("OcrQueueName"),
        },
        {"a scan": scan, "an API key": get_item(KEY), "an upload": get_object("uploads/absent")},
    ),
    "StreamFunction": (
        {
            "a message that names no job": put_object("orphans/test"),
            "reads a job": get_item(JOB),
            "frees a job": update_item(JOB),
            "what waits for a job": query(JOB),
            "an output": get_object("jobs/absent"),
        },
        {"a scan": scan, "an API key": get_item(KEY), "writes an output": put_object("jobs/absent/test")},
    ),
    "CallbackFunction": (
        {"reads a job": get_item(JOB), "a webhook secret": get_item(TENANT_)},
        {"a scan": scan, "an API key": get_item(KEY), "an output": get_object("jobs/absent")},
    ),
    **{
        worker: (
            OWN_JOBS | {"its queue": look_at_queue(own)} | (MODELS if worker in KEEPERS else {}),
            FOREIGN_TO_WORKERS
            | {"another worker's queue": look_at_queue(other)}
            | ({} if worker in KEEPERS else MODELS),
        )
        for worker, (own, other) in WORKERS.items()
    },
}


def ask(role: Role, act: Act) -> bool:
    """Return whether the role may make the call. What it asks for may be absent."""
    try:
        act(role)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in REFUSED | ABSENT:
            raise
        return code not in REFUSED
    return True


@pytest.mark.parametrize("function", ROLES)
def test_a_role_allows_the_calls_of_its_function_and_refuses_others(stack: Stack, function: str) -> None:
    role = Role(stack, function)
    own, foreign = ROLES[function]
    assert {what: ask(role, act) for what, act in own.items()} == dict.fromkeys(own, True)
    assert {what: ask(role, act) for what, act in foreign.items()} == dict.fromkeys(foreign, False)
