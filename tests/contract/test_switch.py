"""The QueueSwitch port: the contract of every implementation."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any
from uuid import uuid4

import pytest

from heavylift.adapters.aws.mappings import MappingSwitch
from heavylift.adapters.memory.queue import MemoryQueue
from heavylift.adapters.memory.switch import MemorySwitch
from heavylift.adapters.system_clock import SystemClock
from heavylift.errors import NotFound
from heavylift.ports.switch import QueueSwitch
from tests.contract.conftest import Clients


def make_mapping(backend: Clients) -> MappingSwitch:
    """Make a queue and a function that never has to run, with a mapping between them."""
    name = f"switched-{uuid4().hex[:8]}"
    url = backend("sqs").create_queue(QueueName=name)["QueueUrl"]
    named = backend("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    trust = {"Version": "2012-10-17", "Statement": []}
    role = backend("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("work.py", "def handler(event, context): pass")
    client: Any = backend("lambda")
    client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="work.handler",
        Code={"ZipFile": code.getvalue()},
    )
    made = client.create_event_source_mapping(
        EventSourceArn=named["Attributes"]["QueueArn"], FunctionName=name
    )
    return MappingSwitch(client, {"work": made["UUID"]})


@pytest.fixture
def switch(backend: Clients | None) -> QueueSwitch:
    return MemorySwitch(MemoryQueue(SystemClock())) if backend is None else make_mapping(backend)


def test_a_switch_is_on_until_it_is_turned_off_and_on(switch: QueueSwitch) -> None:
    assert not switch.is_off("work")
    for _ in range(2):
        switch.turn_off("work")
        assert switch.is_off("work")
    for _ in range(2):
        switch.turn_on("work")
        assert not switch.is_off("work")


def test_a_queue_without_a_mapping_can_not_be_switched() -> None:
    unknown: Any = None
    with pytest.raises(NotFound, match="EVENT_SOURCES"):
        MappingSwitch(unknown, {}).turn_off("work")
