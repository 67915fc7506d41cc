"""The Scheduler port on EventBridge Scheduler: the entries are in a group of the stack."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from heavylift.adapters.aws.clients import code_of, translate_throttling
from heavylift.ports.scheduler import Entry

RETRY = {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10}


@dataclass(frozen=True)
class EventBridgeScheduler:
    _client: Any
    """boto3's client of `scheduler`."""
    group: str
    target: str
    """ARN of the function that the entries call."""
    role: str
    """ARN of the role with which the scheduler calls it."""

    def create(self, entry: Entry) -> None:
        more = {}
        if entry.starts_at is not None:
            more["StartDate"] = datetime.fromtimestamp(entry.starts_at, UTC)
        target = {"Arn": self.target, "RoleArn": self.role, "Input": entry.encode(), "RetryPolicy": RETRY}
        with translate_throttling(), _unless("ConflictException"):
            self._client.create_schedule(
                GroupName=self.group,
                Name=entry.name,
                ScheduleExpression=entry.expression,
                ScheduleExpressionTimezone=entry.timezone,
                FlexibleTimeWindow={"Mode": "OFF"},
                Target=target,
                **more,
            )

    def delete(self, name: str) -> None:
        with translate_throttling(), _unless("ResourceNotFoundException"):
            self._client.delete_schedule(GroupName=self.group, Name=name)


@contextmanager
def _unless(code: str) -> Iterator[None]:
    """Suppress an error of AWS with this code."""
    try:
        yield
    except ClientError as error:
        if code_of(error) != code:
            raise
