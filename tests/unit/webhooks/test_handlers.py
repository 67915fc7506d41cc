"""The two entry points: records of the stream in, and messages of the queue."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from heavylift.adapters.aws.expressions import item_to_wire
from heavylift.ports.queue import Disposition, Done, Message, Retry
from heavylift.runtime import bootstrap
from heavylift.runtime.queue_handler import LeaveInQueue
from tests.support.world import World
from webhooks import handler, stream
from webhooks.deliver import Outcome
from webhooks.settings import CALLBACKS

CONTEXT: Any = SimpleNamespace(
    function_name="webhooks", memory_limit_in_mb=512, invoked_function_arn="arn", aws_request_id="1"
)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(bootstrap, "system", lambda: made.system)
    monkeypatch.setattr(handler.messages.telemetry.metrics.provider, "namespace", "Heavylift")
    return made


class Told:
    """A deliverer that answers as it is told."""

    def __init__(self, *verdicts: Disposition) -> None:
        self.verdicts = list(verdicts)
        self.asked: list[str] = []

    def deliver(self, job_id: str) -> Disposition:
        self.asked.append(job_id)
        return self.verdicts.pop(0)


def record(body: str, receipt: str = "r") -> SQSRecord:
    return SQSRecord({"messageId": "m-1", "receiptHandle": receipt, "body": body})


def test_each_record_of_the_stream_becomes_a_message_of_its_tenant(world: World) -> None:
    job = world.submit()
    item = world.table.get(job.key)
    assert item is not None
    images = {"Keys": item_to_wire(job.key._asdict()), "NewImage": item_to_wire(item)}
    stream.handler({"Records": [{"eventName": "MODIFY", "dynamodb": images}] * 2}, CONTEXT)
    sent = world.queue.queues[CALLBACKS]
    assert [(Message.decode(each.body), each.group) for each in sent] == [(Message(job.id), "me")] * 2


def test_a_record_that_can_not_be_read_comes_again(world: World) -> None:
    with pytest.raises(ValueError, match="new image"):
        stream.handler({"Records": [{"eventName": "REMOVE", "dynamodb": {}}]}, CONTEXT)


def test_a_delivery_that_failed_stays_in_the_queue_for_its_pause(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.queue.send(CALLBACKS, Message("job-1"))
    delivery = world.queue.receive(CALLBACKS)
    assert delivery is not None
    told = Told(Retry(Outcome.FAILED, 3600.0), Done(Outcome.DELIVERED))
    monkeypatch.setattr(handler, "deliverer", lambda: told)
    with pytest.raises(LeaveInQueue):
        handler.messages.record(record(delivery.body, delivery.receipt), CONTEXT)
    assert delivery.visible_at == world.clock.now() + 3600
    handler.messages.record(record(delivery.body, delivery.receipt), CONTEXT)
    assert told.asked == ["job-1", "job-1"]


def test_a_message_that_is_none_of_ours_is_kept_aside(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    monkeypatch.setattr(handler, "deliverer", lambda: told)
    body = json.dumps({"requestContext": {"condition": "RetryAttemptsExhausted"}})
    handler.messages.record(record(body), CONTEXT)
    assert not told.asked
    assert world.objects.read("orphans/callbacks/m-1.json").decode() == body


def test_a_batch_says_which_messages_come_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(Retry(Outcome.NOT_YET, 5.0), Done(Outcome.NOTHING_TO_DO))
    monkeypatch.setattr(handler, "deliverer", lambda: told)
    records: list[dict[str, Any]] = [
        {"messageId": f"m-{n}", "receiptHandle": f"r-{n}", "body": Message("job").encode()} for n in (1, 2)
    ]
    answer = handler.handler({"Records": records}, CONTEXT)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
