"""template.yaml allows each function no more than it needs, and nobody the bucket."""

from __future__ import annotations

from typing import Any

import pytest

from heavylift.jobs.job import job_key, part_key
from heavylift.jobs.kept_models import partition_of
from heavylift.jobs.object_keys import model_key
from tests.support.stack_template import FUNCTIONS, RESOURCES, TEMPLATE, mapping_of, of_type, worker

KEEPS = {"Fn::Equals": ["yes", "yes"]}


def statements_of(name: str) -> list[dict[str, Any]]:
    return [s for p in FUNCTIONS[name]["Properties"]["Policies"] for s in p.get("Statement", [])]


@pytest.mark.parametrize("name", ["ApiFunction", "JanitorFunction"])
def test_the_api_and_the_janitor_may_look_up_and_use_every_workers_queue(name: str) -> None:
    [granted] = [s for s in statements_of(name) if "sqs:SendMessage" in s["Action"]]
    assert {"sqs:GetQueueUrl", "sqs:GetQueueAttributes"} <= set(granted["Action"])
    assert granted["Resource"]["Fn::Sub"].endswith(":${AWS::StackName}-work-*")


@worker
def test_a_worker_may_use_its_own_queue_only(name: str) -> None:
    """It sends the parts of its jobs."""
    [granted] = [s for s in statements_of(name) if any(a.startswith("sqs:") for a in s["Action"])]
    assert {"sqs:SendMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes"} <= set(granted["Action"])
    assert granted["Resource"] == mapping_of(name)["EventSourceArn"]


@worker
def test_a_worker_may_read_and_write_jobs_only(name: str) -> None:
    [granted] = [s for s in statements_of(name) if any(a.startswith("dynamodb:") for a in s["Action"])]
    assert granted["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["JOB#*"]}}
    assert job_key("x").pk.startswith("JOB#")
    assert part_key("x", "1").pk.startswith("JOB#")


def test_only_the_worker_of_models_may_use_them_and_no_job() -> None:
    policies = of_type("AWS::IAM::Policy")
    granting = [name for name, each in policies.items() if TEMPLATE["Conditions"][each["Condition"]] == KEEPS]
    assert granting == ["LearnWorkerModelPolicy"]
    policy = policies["LearnWorkerModelPolicy"]["Properties"]
    assert policy["Roles"] == [{"Ref": "LearnWorkerFunctionRole"}]
    records, objects = policy["PolicyDocument"]["Statement"]
    assert records["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["MODELS#*"]}}
    assert partition_of("me").startswith("MODELS#")
    assert "/models/*" in str(objects["Resource"])
    assert model_key("me", "x").startswith("models/")


def test_no_rule_of_the_bucket_deletes_models() -> None:
    rules = RESOURCES["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    expiring = [rule["Prefix"] for rule in rules if "ExpirationInDays" in rule]
    assert expiring == ["jobs/", "uploads/", "orphans/"]


def test_the_bucket_is_private() -> None:
    blocked = RESOURCES["Bucket"]["Properties"]["PublicAccessBlockConfiguration"]
    assert len(blocked) == 4
    assert all(blocked.values())
