"""The JobQueue port on SQS."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from heavylift.adapters.aws.clients import code_of, translate_throttling
from heavylift.errors import Throttled
from heavylift.ports.queue import Depth, Message

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

MAX_DELAY_S = 900
MAX_VISIBILITY_S = 43_200
MAX_BATCH = 10


class SqsQueue:
    """Queues by worker name. The SQS queue is called by the prefix and the worker's name."""

    def __init__(self, client: SQSClient, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._urls: dict[str, str] = {}
        self._fair = True

    def send(self, queue: str, message: Message, *, delay_s: float = 0, group: str | None = None) -> None:
        request: dict[str, Any] = {"QueueUrl": self._url(queue), "MessageBody": message.encode()}
        if delay_s:
            request["DelaySeconds"] = min(MAX_DELAY_S, math.ceil(delay_s))
        with translate_throttling():
            if group and self._fair:
                try:
                    self._client.send_message(**request, MessageGroupId=group)
                except ClientError as error:
                    if not _refuses_groups(code_of(error)):
                        raise
                    self._fair = False
                else:
                    return
            self._client.send_message(**request)

    def send_many(self, queue: str, messages: Sequence[Message], *, group: str | None = None) -> None:
        for start in range(0, len(messages), MAX_BATCH):
            self._send_batch(queue, messages[start : start + MAX_BATCH], group if self._fair else None)

    def _send_batch(self, queue: str, messages: Sequence[Message], group: str | None) -> None:
        fair: dict[str, Any] = {"MessageGroupId": group} if group else {}
        entries: Any = [
            {"Id": str(number), "MessageBody": message.encode(), **fair}
            for number, message in enumerate(messages)
        ]
        with translate_throttling():
            response = self._client.send_message_batch(QueueUrl=self._url(queue), Entries=entries)
        failed = response.get("Failed", [])
        if group and failed and all(_refuses_groups(each["Code"]) for each in failed):
            self._fair = False
            self._send_batch(queue, [messages[int(each["Id"])] for each in failed], None)
        elif failed:
            raise Throttled(f"The queue refused {len(failed)} of {len(entries)} messages.")

    def postpone(self, queue: str, receipt: str, seconds: float) -> None:
        visibility = max(0, min(MAX_VISIBILITY_S, round(seconds)))
        try:
            with translate_throttling():
                self._client.change_message_visibility(
                    QueueUrl=self._url(queue), ReceiptHandle=receipt, VisibilityTimeout=visibility
                )
        except ClientError as error:
            # The message was deleted or received again: there is nothing to postpone.
            if code_of(error).rpartition(".")[2] not in (
                "InvalidParameterValue",
                "MessageNotInflight",
                "ReceiptHandleIsInvalid",
            ):
                raise

    def get_depth(self, queue: str) -> Depth:
        with translate_throttling():
            found = self._client.get_queue_attributes(
                QueueUrl=self._url(queue),
                AttributeNames=[
                    "ApproximateNumberOfMessages",
                    "ApproximateNumberOfMessagesNotVisible",
                    "ApproximateNumberOfMessagesDelayed",
                ],
            )["Attributes"]
        return Depth(
            visible=int(found["ApproximateNumberOfMessages"]),
            in_flight=int(found["ApproximateNumberOfMessagesNotVisible"]),
            delayed=int(found["ApproximateNumberOfMessagesDelayed"]),
        )

    def _url(self, queue: str) -> str:
        """Return the queue's url. SQS resolves the name once, to an address that this process can reach."""
        if queue not in self._urls:
            with translate_throttling():
                self._urls[queue] = self._client.get_queue_url(QueueName=self._prefix + queue)["QueueUrl"]
        return self._urls[queue]


def _refuses_groups(code: str) -> bool:
    """Return whether the error refuses message groups: some emulators accept groups only on FIFO queues."""
    return code.rpartition(".")[2] == "InvalidParameterValue"
