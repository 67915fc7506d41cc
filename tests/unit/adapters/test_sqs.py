"""Messages carry their tenant as the message group, where the queue accepts groups, for fair queueing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from heavylift.adapters.aws.sqs import SqsQueue
from heavylift.errors import Throttled
from heavylift.ports.queue import Message

URL = {"QueueUrl": "http://sqs/q"}
SENT = {**URL, "MessageBody": Message("j").encode()}


@pytest.fixture
def sqs() -> Iterator[tuple[SqsQueue, Stubber]]:
    client = boto3.client("sqs", region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t")
    with Stubber(client) as stub:
        stub.add_response("get_queue_url", URL, {"QueueName": "q-work"})
        yield SqsQueue(client, "q-"), stub
        stub.assert_no_pending_responses()


def expect_send(stub: Stubber, **more: Any) -> None:
    stub.add_response("send_message", {}, {**SENT, **more})


def test_a_message_names_its_tenant(sqs: tuple[SqsQueue, Stubber]) -> None:
    queue, stub = sqs
    expect_send(stub, MessageGroupId="me", DelaySeconds=5)
    queue.send("work", Message("j"), group="me", delay_s=4.2)  # not before its time


def test_a_queue_without_groups_gets_messages_without_a_group(sqs: tuple[SqsQueue, Stubber]) -> None:
    queue, stub = sqs
    stub.add_client_error(
        "send_message", "InvalidParameterValue", expected_params={**SENT, "MessageGroupId": "me"}
    )
    expect_send(stub)
    expect_send(stub)  # no second attempt with a group
    queue.send("work", Message("j"), group="me")
    queue.send("work", Message("j"), group="me")


def batch(*messages: Message, **more: Any) -> dict[str, Any]:
    entries = [{"Id": str(n), "MessageBody": each.encode(), **more} for n, each in enumerate(messages)]
    return {**URL, "Entries": entries}


def make_failure(code: str) -> dict[str, Any]:
    return {"Successful": [], "Failed": [{"Id": "1", "Code": code, "SenderFault": True}]}


def test_many_messages_are_sent_without_groups_too(sqs: tuple[SqsQueue, Stubber]) -> None:
    """Refused messages are sent again without a group, and later batches have none."""
    queue, stub = sqs
    first, second = Message("j", "1#0001"), Message("j", "1#0002")
    refused = make_failure("InvalidParameterValue")
    stub.add_response("send_message_batch", refused, batch(first, second, MessageGroupId="me"))
    for sent_again in ((second,), (first, second)):
        stub.add_response("send_message_batch", {"Successful": [], "Failed": []}, batch(*sent_again))
    queue.send_many("work", [first, second], group="me")
    queue.send_many("work", [first, second], group="me")


def test_messages_that_a_busy_queue_refused_are_counted_in_the_error(sqs: tuple[SqsQueue, Stubber]) -> None:
    queue, stub = sqs
    stub.add_response("send_message_batch", make_failure("InternalError"))
    with pytest.raises(Throttled, match="refused 1 of 2"):
        queue.send_many("work", [Message("j", "1#0001"), Message("j", "1#0002")], group="me")


def test_any_other_error_is_raised(sqs: tuple[SqsQueue, Stubber]) -> None:
    queue, stub = sqs
    stub.add_client_error("send_message", "AWS.SimpleQueueService.NonExistentQueue")
    with pytest.raises(ClientError):
        queue.send("work", Message("j"), group="me")
