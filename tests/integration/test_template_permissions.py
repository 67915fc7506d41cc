"""template.yaml allows each function no more than it needs, and nobody the bucket."""

from __future__ import annotations

from typing import Any

import pytest

from heavylift.jobs.job import job_key, part_key
from tests.support.stack_template import FUNCTIONS, RESOURCES, mapping_of, worker


def statements_of(name: str) -> list[dict[str, Any]]:
    return [s for p in FUNCTIONS[name]["Properties"]["Policies"] for s in p.get("Statement", [])]


@pytest.mark.parametrize("name", ["ApiFunction", "JanitorFunction"])
def test_the_api_and_the_janitor_may_look_up_and_use_every_workers_queue(name: str) -> None:
    [granted] = [s for s in statements_of(name) if "sqs:GetQueueAttributes" in s["Action"]]
    assert {"sqs:GetQueueUrl", "sqs:SendMessage"} <= set(granted["Action"])
    assert granted["Resource"]["Fn::Sub"].endswith(":${AWS::StackName}-work-*")


def test_the_janitor_may_send_callbacks() -> None:
    sends = [s for s in statements_of("JanitorFunction") if "sqs:SendMessage" in s["Action"]]
    [granted] = [s for s in sends if "sqs:GetQueueAttributes" not in s["Action"]]
    assert set(granted["Action"]) == {"sqs:SendMessage", "sqs:GetQueueUrl"}
    assert granted["Resource"] == {"Fn::GetAtt": ["CallbackQueueQueue", "Arn"]}


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


def test_the_bucket_is_private() -> None:
    blocked = RESOURCES["Bucket"]["Properties"]["PublicAccessBlockConfiguration"]
    assert len(blocked) == 4
    assert all(blocked.values())
