"""Polls a queue and invokes its function, as Lambda's event source mapping does.

A poller receives a batch, invokes the function and deletes the messages that succeeded. A failed message
stays in the queue, hidden for the queue's visibility timeout or for the time that the function set.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from infra.local.aws_clients import REGION
from infra.samlocal.event_sources import QueueSource

logger = logging.getLogger(__name__)

WAIT_S = 2
"""Long-polling time. A poller needs up to this long to stop, and a queue to be paused."""
LOOK_S = 0.5
"""How often a poller whose mapping is off looks whether it is on again."""
PAUSE_S = 2.0
"""Pause after a failed invocation or an error of the service."""
Event = dict[str, Any]


class Invoke(Protocol):
    """Invokes a function with an event. Raises InvocationFailed if the function or the connection fails."""

    def __call__(self, function: str, event: Event) -> Any: ...


class InvocationFailed(Exception):
    pass


class SqsPoller:
    """Polls one queue. A mapping has as many pollers as its function may have concurrent invocations."""

    def __init__(
        self,
        source: QueueSource,
        sqs: Any,
        invoke: Invoke,
        stop: threading.Event,
        poll: Callable[[str], AbstractContextManager[bool]] = lambda _mapping: nullcontext(True),  # noqa: FBT003
    ) -> None:
        """`poll`: mapping → a context that says whether the queue may be polled during it."""
        self._source, self._sqs, self._invoke, self._stop = source, sqs, invoke, stop
        self._poll = poll
        self._url: str | None = None

    def run(self) -> None:
        """Poll until `stop` is set. Errors are logged and retried: services may restart."""
        while not self._stop.is_set():
            try:
                self.step()
            except InvocationFailed as reason:
                logger.warning("%s failed, its messages stay in the queue: %s", self._source.function, reason)
                self._stop.wait(PAUSE_S)
            except Exception:
                logger.exception("Cannot poll the queue of %s", self._source.function)
                self._stop.wait(PAUSE_S)

    def step(self) -> None:
        """Receive one batch, wait up to WAIT_S for it, and process it. Raises InvocationFailed.

        A mapping that is off gives no batch.
        """
        with self._poll(self._source.mapping) as is_on:
            messages = self._receive() if is_on else []
        if not is_on:
            self._stop.wait(LOOK_S)
        if not messages:
            return
        event = {"Records": [build_record(message, self._source.queue_arn) for message in messages]}
        answer = self._invoke(self._source.function, event)
        ids = {message["MessageId"] for message in messages}
        failed = find_failures(answer, ids) if self._source.reports_failures else set()
        for message in messages:
            if message["MessageId"] not in failed:
                self._sqs.delete_message(QueueUrl=self._get_url(), ReceiptHandle=message["ReceiptHandle"])

    def _receive(self) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=self._get_url(),
            MaxNumberOfMessages=self._source.batch_size,
            WaitTimeSeconds=WAIT_S,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def _get_url(self) -> str:
        if self._url is None:
            name = self._source.queue_arn.rpartition(":")[2]
            self._url = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        return self._url


def build_record(message: dict[str, Any], queue_arn: str) -> Event:
    """Return a received message as the record that Lambda passes to a function."""
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


def find_failures(answer: Any, ids: set[str]) -> set[str]:
    """Return the ids of a batch that failed. As on AWS, no answer means none, a malformed one means all."""
    if answer is None or answer == {}:
        return set()
    if not isinstance(answer, dict):
        return ids
    reported = answer.get("batchItemFailures") or []
    if not isinstance(reported, list):
        return ids
    failed = {str(each.get("itemIdentifier")) if isinstance(each, dict) else "" for each in reported}
    unknown = failed - ids
    return ids if unknown else failed


def build_invoke(client: Any) -> Invoke:
    """Return an Invoke that calls Lambda's API through `client`."""

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
        except ValueError:  # empty if the container was killed; a handler that returns None sends null
            raise InvocationFailed(f"The function's answer is not JSON: {payload[:200]!r}") from None

    return invoke
