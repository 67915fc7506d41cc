"""A queue's messages to its function, as Lambda's event source mapping does.

Each of a mapping's slots takes a batch, invokes the function and deletes what succeeded. What failed stays in
the queue, hidden until the queue's visibility timeout or what the function itself set for it.
"""

from __future__ import annotations

import json
import logging
import threading
from typing import Any, Protocol

from infra.local.instance import REGION
from infra.samlocal.event_sources import QueueSource

logger = logging.getLogger(__name__)

WAIT_S = 10
"""How long an empty queue is asked; also the longest that a slot takes to end."""
PAUSE_S = 2.0
"""After a failed invocation or an unreachable service, before the next try."""
Event = dict[str, Any]


class Invoke(Protocol):
    """Invoke a function with an event. Raises InvocationFailed for an error of the function or on the way."""

    def __call__(self, function: str, event: Event) -> Any: ...


class InvocationFailed(Exception):
    pass


class Slot:
    """One of as many as may work at once for a mapping."""

    def __init__(self, source: QueueSource, sqs: Any, invoke: Invoke, stop: threading.Event) -> None:
        self._source, self._sqs, self._invoke, self._stop = source, sqs, invoke, stop
        self._url: str | None = None

    def run(self) -> None:
        """Until told to stop. No error ends it: services come and go."""
        while not self._stop.is_set():
            try:
                self.step()
            except InvocationFailed as reason:
                logger.warning("%s failed; its messages stay in the queue: %s", self._source.function, reason)
                self._stop.wait(PAUSE_S)
            except Exception:
                logger.exception("The queue of %s can't be read just now", self._source.function)
                self._stop.wait(PAUSE_S)

    def step(self) -> None:
        """Take one batch, if there is one within WAIT_S, and see it through."""
        messages = self._receive()
        if not messages:
            return
        event = {"Records": [record(message, self._source.queue_arn) for message in messages]}
        answer = self._invoke(self._source.function, event)
        everything = {message["MessageId"] for message in messages}
        kept = failures(answer, everything) if self._source.reports_failures else set()
        for message in messages:
            if message["MessageId"] not in kept:
                self._sqs.delete_message(QueueUrl=self._queue_url(), ReceiptHandle=message["ReceiptHandle"])

    def _receive(self) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url(),
            MaxNumberOfMessages=self._source.batch_size,
            WaitTimeSeconds=WAIT_S,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def _queue_url(self) -> str:
        if self._url is None:
            name = self._source.queue_arn.rpartition(":")[2]
            self._url = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        return self._url


def record(message: dict[str, Any], queue_arn: str) -> Event:
    """A received message as Lambda hands it to a function."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {key[0].lower() + key[1:]: value for key, value in attribute.items()}
            for name, attribute in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }


def failures(answer: Any, everything: set[str]) -> set[str]:
    """Those of a batch's ids that failed. As on AWS: no answer means success, a malformed one fails all."""
    if answer is None or answer == {}:
        return set()
    if not isinstance(answer, dict):
        return everything
    reported = answer.get("batchItemFailures") or []
    if not isinstance(reported, list):
        return everything
    ids = {str(each.get("itemIdentifier")) if isinstance(each, dict) else "" for each in reported}
    strangers = ids - everything
    return everything if strangers else ids


def lambda_invoke(client: Any) -> Invoke:
    """Invoke through Lambda's API."""

    def invoke(function: str, event: Event) -> Any:
        try:
            answer = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
        except Exception as fault:
            raise InvocationFailed(str(fault)) from fault
        payload = answer["Payload"].read()
        if answer.get("FunctionError"):
            raise InvocationFailed(payload[:500].decode(errors="replace"))
        try:
            return json.loads(payload)
        except ValueError:  # nothing at all, where the container was killed: a handler's None comes as null
            raise InvocationFailed(f"It answered no JSON: {payload[:200]!r}") from None

    return invoke
