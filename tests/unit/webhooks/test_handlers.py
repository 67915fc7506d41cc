"""The two handlers: of the stream's records and of the queue's messages."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from heavylift.adapters.aws.expressions import item_to_wire
from heavylift.errors import Throttled
from heavylift.jobs.object_keys import sealed_key
from heavylift.jobs.states import Phase
from heavylift.ports.queue import Disposition, Done, Message, Retry
from heavylift.runtime import bootstrap
from heavylift.runtime.queue_handler import LeaveInQueue
from heavylift.service.start import When
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.webhooks.parking import CALLBACKS
from tests.support.world import COPY, QUEUE, TEXT, World
from webhooks import handler, stream
from webhooks.deliver import DeliveryOutcome

CONTEXT: Any = SimpleNamespace(
    function_name="webhooks", memory_limit_in_mb=512, invoked_function_arn="arn", aws_request_id="1"
)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(bootstrap, "get_system", lambda: made.system)
    monkeypatch.setattr(bootstrap, "get_callback_queue", lambda: made.queue)
    monkeypatch.setattr(handler.messages.telemetry.metrics.provider, "namespace", "Heavylift")
    return made


class FakeDeliverer:
    """Returns the given dispositions in turn, and records the job ids."""

    def __init__(self, *dispositions: Disposition) -> None:
        self.dispositions = list(dispositions)
        self.delivered_ids: list[str] = []

    def deliver(self, job_id: str) -> Disposition:
        self.delivered_ids.append(job_id)
        return self.dispositions.pop(0)


def make_record(body: str, receipt: str = "r") -> SQSRecord:
    source = "arn:aws:sqs:us-east-1:000000000000:heavylift-callbacks"
    return SQSRecord({"messageId": "m-1", "receiptHandle": receipt, "body": body, "eventSourceARN": source})


def test_each_record_of_the_stream_becomes_a_message_of_its_tenant(world: World) -> None:
    job = world.submit()
    item = world.table.get(job.key)
    assert item is not None
    ended = {**item, "callback_url": "https://example.org/"}
    images = {"Keys": item_to_wire(job.key._asdict()), "NewImage": item_to_wire(ended)}
    stream.handler({"Records": [{"eventName": "MODIFY", "dynamodb": images}] * 2}, CONTEXT)
    sent = world.queue.queues[CALLBACKS]
    assert [(Message.decode(each.body), each.group) for each in sent] == [(Message(job.id), "me")] * 2


@pytest.mark.parametrize(("status", "kept"), [("DONE", False), ("FAILED", True), ("CANCELED", True)])
def test_the_secret_params_of_a_job_are_deleted_when_no_retry_can_need_them(
    world: World, status: str, kept: bool
) -> None:
    world.objects.put(sealed_key("job"), b"{}", "application/json")
    image = {"id": "job", "tenant": "me", "status": status, "sealed": sealed_key("job")}
    record = {"eventName": "MODIFY", "dynamodb": {"NewImage": item_to_wire(image), "SequenceNumber": "1"}}
    for _ in range(2):
        assert stream.handler({"Records": [record]}, CONTEXT) == {"batchItemFailures": []}
    assert (world.objects.head(sealed_key("job")) is not None) == kept
    assert CALLBACKS not in world.queue.queues


def test_the_end_of_a_job_frees_what_waits_for_it(world: World) -> None:
    first = world.submit()
    when = When(after=(first.id,))
    second = submit(world.system, Submission("me", COPY.name, {}, TEXT + b"hello", when=when))
    world.work()
    images = {"NewImage": item_to_wire(world.table.items[first.key]), "SequenceNumber": "1"}
    for _ in range(2):
        answer = stream.handler({"Records": [{"eventName": "MODIFY", "dynamodb": images}]}, CONTEXT)
        assert answer == {"batchItemFailures": []}
    assert world.job(second).phase == Phase.QUEUED
    assert [Message.decode(each.body).job_id for each in world.queue.queues[QUEUE]] == [second.id]


def make_stream_record(job_id: str, number: int) -> dict[str, Any]:
    image = item_to_wire({"id": job_id, "tenant": "me", "status": "DONE", "callback_url": "https://x"})
    return {"eventName": "MODIFY", "dynamodb": {"NewImage": image, "SequenceNumber": str(number)}}


@pytest.mark.parametrize("broken", [{}, {"NewImage": None}, {"NewImage": {"id": {"N": "1"}}}])
def test_a_record_that_names_no_job_is_kept_aside_and_holds_up_no_other(
    world: World, broken: dict[str, Any]
) -> None:
    poison = {"eventID": "e-1", "eventName": "MODIFY", "dynamodb": {**broken, "SequenceNumber": "2"}}
    records = [make_stream_record("a", 1), poison, make_stream_record("b", 3)]
    assert stream.handler({"Records": records}, CONTEXT) == {"batchItemFailures": []}
    sent = [Message.decode(each.body).job_id for each in world.queue.queues[CALLBACKS]]
    assert sent == ["a", "b"]
    assert json.loads(world.objects.read("orphans/stream/e-1.json"))["SequenceNumber"] == "2"


def test_a_record_that_can_not_be_sent_is_reported_with_those_behind_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = world.queue.send

    def refuse_b(queue: str, message: Message, **more: Any) -> None:
        if message.job_id == "b":
            raise Throttled
        send(queue, message, **more)

    monkeypatch.setattr(world.queue, "send", refuse_b)
    records = [make_stream_record(job_id, number) for number, job_id in enumerate("abc")]
    answer = stream.handler({"Records": records}, CONTEXT)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert [Message.decode(each.body).job_id for each in world.queue.queues[CALLBACKS]] == ["a"]


def test_a_delivery_that_failed_stays_in_the_queue_for_its_pause(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.queue.send(CALLBACKS, Message("job-1"))
    delivery = world.queue.receive(CALLBACKS)
    assert delivery is not None
    deliverer = FakeDeliverer(Retry(DeliveryOutcome.FAILED, 3600.0), Done(DeliveryOutcome.DELIVERED))
    monkeypatch.setattr(handler, "get_deliverer", lambda: deliverer)
    with pytest.raises(LeaveInQueue):
        handler.messages.handle_record(make_record(delivery.body, delivery.receipt), CONTEXT)
    assert delivery.visible_at == world.clock.now() + 3600
    handler.messages.handle_record(make_record(delivery.body, delivery.receipt), CONTEXT)
    assert deliverer.delivered_ids == ["job-1", "job-1"]


def test_a_foreign_message_is_quarantined(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    deliverer = FakeDeliverer()
    monkeypatch.setattr(handler, "get_deliverer", lambda: deliverer)
    body = json.dumps({"requestContext": {"condition": "RetryAttemptsExhausted"}})
    handler.messages.handle_record(make_record(body), CONTEXT)
    assert not deliverer.delivered_ids
    assert world.objects.read("orphans/callbacks/m-1.json").decode() == body


def test_a_batch_reports_the_messages_to_retry(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    deliverer = FakeDeliverer(Retry(DeliveryOutcome.NOT_YET, 5.0), Done(DeliveryOutcome.NOTHING_TO_DO))
    monkeypatch.setattr(handler, "get_deliverer", lambda: deliverer)
    records: list[dict[str, Any]] = [
        {"messageId": f"m-{n}", "receiptHandle": f"r-{n}", "body": Message("job").encode()} for n in (1, 2)
    ]
    answer = handler.handler({"Records": records}, CONTEXT)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
