"""One KMS key for all that is stored, with the permissions that it then needs. TLS for all that is moved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.translated import KEY_ARN, as_list, of_type, resolve, statements_of

KMS_ACTIONS = ["kms:Decrypt", "kms:GenerateDataKey"]
STORES = {"dynamodb", "s3", "sqs"}
"""They use the key with the role of the function that calls them. Logs have a grant of their own."""


@pytest.fixture(scope="module", autouse=True)
def _region() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield


@pytest.fixture(scope="module", params=[{}, {"Protect": "true", "Tracing": "PassThrough"}], ids=str)
def plain(request: pytest.FixtureRequest) -> dict[str, Any]:
    return resolve(**request.param)


@pytest.fixture(scope="module", params=[{}, {"Protect": "true", "SnapStart": "false"}], ids=str)
def encrypted(request: pytest.FixtureRequest) -> dict[str, Any]:
    return resolve(KmsKeyArn=KEY_ARN, **request.param)


def roles_of(resources: dict[str, Any]) -> dict[str, Any]:
    roles = of_type(resources, "AWS::IAM::Role")
    return {name: each for name, each in roles.items() if name.endswith("FunctionRole")}


def test_without_a_key_nothing_names_kms_and_queues_have_their_own(plain: dict[str, Any]) -> None:
    assert "kms" not in json.dumps(plain).lower()
    assert all(each["SqsManagedSseEnabled"] is True for each in of_type(plain, "AWS::SQS::Queue").values())


def test_a_key_encrypts_table_bucket_queues_and_logs(encrypted: dict[str, Any]) -> None:
    [table] = of_type(encrypted, "AWS::DynamoDB::Table").values()
    wanted = {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY_ARN}
    assert table["SSESpecification"] == wanted
    [bucket] = of_type(encrypted, "AWS::S3::Bucket").values()
    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY_ARN}
    assert rule["BucketKeyEnabled"] is True
    for queue in of_type(encrypted, "AWS::SQS::Queue").values():
        assert (queue["KmsMasterKeyId"], queue["SqsManagedSseEnabled"]) == (KEY_ARN, False)
    for group in of_type(encrypted, "AWS::Logs::LogGroup").values():
        assert group["KmsKeyId"] == KEY_ARN


def test_a_function_may_use_that_key_through_the_stores_only(encrypted: dict[str, Any]) -> None:
    for role in roles_of(encrypted).values():
        [statement] = [s for s in statements_of(role) if any("kms:" in a for a in as_list(s["Action"]))]
        assert (statement["Action"], statement["Resource"]) == (KMS_ACTIONS, KEY_ARN)
        services = statement["Condition"]["StringEquals"]["kms:ViaService"]
        assert set(services) == {f"{name}.us-east-1.amazonaws.com" for name in STORES}


def test_a_key_changes_nothing_else_that_a_function_may_do(
    plain: dict[str, Any], encrypted: dict[str, Any]
) -> None:
    for name, role in roles_of(encrypted).items():
        others = [s for s in statements_of(role) if s.get("Sid") != "Key"]
        assert others == statements_of(roles_of(plain)[name])


def test_the_bucket_and_every_queue_refuse_plain_http(plain: dict[str, Any]) -> None:
    [bucket_policy] = of_type(plain, "AWS::S3::BucketPolicy").values()
    assert bucket_policy["Bucket"] == "Bucket"
    policies = of_type(plain, "AWS::SQS::QueuePolicy")
    queues = of_type(plain, "AWS::SQS::Queue")
    assert sorted(queue for each in policies.values() for queue in each["Queues"]) == sorted(queues)
    arns = {
        name: f"arn:aws:sqs:us-east-1:000000000000:{q.get('QueueName', name)}" for name, q in queues.items()
    }
    for policy in (bucket_policy, *policies.values()):
        [statement] = policy["PolicyDocument"]["Statement"]
        assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        if "Queues" in policy:
            assert (statement["Action"], statement["Resource"]) == ("sqs:*", arns[policy["Queues"][0]])
        else:
            assert statement["Action"] == "s3:*"
            assert statement["Resource"] == ["arn:aws:s3:::Bucket", "arn:aws:s3:::Bucket/*"]
