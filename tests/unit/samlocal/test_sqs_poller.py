"""From a queue to its function, with SQS on moto and a fake Lambda."""

from __future__ import annotations

import io
import json
import threading
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.samlocal import sqs_poller
from infra.samlocal.event_sources import QueueSource
from infra.samlocal.sqs_poller import InvocationFailed, SqsPoller, build_invoke, find_failures


class FakeFunction:
    """Returns, raises or calls `answer`, and records the events."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer
        self.events: list[dict[str, Any]] = []

    def __call__(self, function: str, event: dict[str, Any]) -> Any:
        self.events.append(event)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer(event) if callable(self.answer) else self.answer


class MotoQueue:
    def __init__(self, batch_size: int) -> None:
        self.sqs: Any = boto3.client("sqs", region_name="us-east-1")
        self.url = self.sqs.create_queue(QueueName="work", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
        named = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        self.source = QueueSource("WorkFunction", named["Attributes"]["QueueArn"], batch_size)

    def step(self, function: FakeFunction) -> None:
        SqsPoller(self.source, self.sqs, function, threading.Event()).step()

    def depth(self) -> tuple[int, int]:
        """Return the numbers of visible messages and of messages in flight."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return int(found[names[0]]), int(found[names[1]])


@pytest.fixture(name="queue")
def make_queue(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sqs_poller, "WAIT_S", 0)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        yield MotoQueue(batch_size=10)


def fail_first(event: dict[str, Any]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}


def test_the_event_is_what_lambda_sends(queue: MotoQueue) -> None:
    attribute = {"kind": {"DataType": "String", "StringValue": "x"}}
    queue.sqs.send_message(QueueUrl=queue.url, MessageBody='{"job": 1}', MessageAttributes=attribute)
    function = FakeFunction()

    queue.step(function)

    record = function.events[0]["Records"][0]
    assert record["body"] == '{"job": 1}'
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == queue.source.queue_arn
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["kind"]["stringValue"] == "x"
    assert {"messageId", "receiptHandle", "md5OfBody", "awsRegion"} <= set(record)


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (None, 0),
        ({}, 0),
        ({"batchItemFailures": []}, 0),
        ({"batchItemFailures": None}, 0),
        (fail_first, 1),
        ({"batchItemFailures": [{"itemIdentifier": "of no message"}]}, 3),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, 3),
        ({"batchItemFailures": "broken"}, 3),
        ({"batchItemFailures": [7]}, 3),
        ("broken", 3),
    ],
    ids=lambda given: getattr(given, "__name__", str(given)),
)
def test_handled_messages_are_deleted_and_failed_ones_stay_hidden(
    queue: MotoQueue, answer: Any, left: int
) -> None:
    for number in range(3):
        queue.sqs.send_message(QueueUrl=queue.url, MessageBody=str(number))

    queue.step(FakeFunction(answer))

    assert queue.depth() == (0, left)


def test_without_partial_batch_responses_the_answer_is_ignored(queue: MotoQueue) -> None:
    assert find_failures({"batchItemFailures": [{"itemIdentifier": "1"}]}, {"1"}) == {"1"}
    queue.source = QueueSource("WorkFunction", queue.source.queue_arn, 10, reports_failures=False)
    queue.sqs.send_message(QueueUrl=queue.url, MessageBody="x")
    queue.step(FakeFunction(fail_first))
    assert queue.depth() == (0, 0)


def test_a_failed_invocation_leaves_its_messages_hidden(queue: MotoQueue) -> None:
    queue.sqs.send_message(QueueUrl=queue.url, MessageBody="x")

    with pytest.raises(InvocationFailed):
        queue.step(FakeFunction(InvocationFailed("it died")))

    assert queue.depth() == (0, 1)


def test_a_visibility_that_the_function_set_is_kept(queue: MotoQueue) -> None:
    queue.sqs.send_message(QueueUrl=queue.url, MessageBody="x")

    def at_once(event: dict[str, Any]) -> dict[str, Any]:
        receipt = event["Records"][0]["receiptHandle"]
        queue.sqs.change_message_visibility(QueueUrl=queue.url, ReceiptHandle=receipt, VisibilityTimeout=0)
        return fail_first(event)

    queue.step(FakeFunction(at_once))

    assert queue.depth() == (1, 0)


def test_no_more_messages_are_taken_than_a_batch_holds(queue: MotoQueue) -> None:
    for number in range(3):
        queue.sqs.send_message(QueueUrl=queue.url, MessageBody=str(number))
    queue.source = QueueSource("WorkFunction", queue.source.queue_arn, 1)
    function = FakeFunction()

    queue.step(function)

    assert len(function.events[0]["Records"]) == 1
    assert queue.depth() == (2, 0)


def test_an_empty_queue_invokes_nothing(queue: MotoQueue) -> None:
    function = FakeFunction()
    queue.step(function)
    assert function.events == []


def test_the_poller_survives_every_error_and_ends_when_stopped(
    queue: MotoQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqs_poller, "PAUSE_S", 0)
    queue.source = QueueSource("WorkFunction", queue.source.queue_arn, 1)
    for number in range(3):
        queue.sqs.send_message(QueueUrl=queue.url, MessageBody=str(number))
    stop, answers = threading.Event(), iter([InvocationFailed("one"), RuntimeError("two"), None])

    def invoke(function: str, event: dict[str, Any]) -> Any:
        answer = next(answers)
        if answer is None:
            stop.set()
            return None
        raise answer

    SqsPoller(queue.source, queue.sqs, invoke, stop).run()

    assert queue.depth() == (0, 2)


class FakeLambda:
    def __init__(self, payload: bytes, error: str | None = None) -> None:
        self._answer = {"Payload": io.BytesIO(payload)} | ({"FunctionError": error} if error else {})

    def invoke(self, **request: Any) -> dict[str, Any]:
        assert json.loads(request["Payload"]) == {"Records": []}
        return self._answer


def test_an_answer_comes_as_json() -> None:
    assert build_invoke(FakeLambda(b'{"batchItemFailures": []}'))("f", {"Records": []}) == {
        "batchItemFailures": []
    }
    assert build_invoke(FakeLambda(b"null"))("f", {"Records": []}) is None


@pytest.mark.parametrize(
    ("payload", "error"), [(b'{"errorMessage": "no"}', "Unhandled"), (b"", None), (b"<html>", None)]
)
def test_an_error_and_a_container_that_died_are_failures(payload: bytes, error: str | None) -> None:
    with pytest.raises(InvocationFailed):
        build_invoke(FakeLambda(payload, error))("f", {"Records": []})
