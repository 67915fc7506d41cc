"""The QueueSwitch port on Lambda: the event source mapping of a queue is enabled or disabled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from heavylift.adapters.aws.clients import code_of, translate_throttling
from heavylift.errors import NotFound, Throttled

if TYPE_CHECKING:
    from mypy_boto3_lambda.client import LambdaClient

CHANGING = frozenset({"ResourceInUseException", "ResourceConflictException"})
"""Lambda is still carrying out an earlier change of the mapping."""
OFF = frozenset({"Disabled", "Disabling"})


class MappingSwitch:
    def __init__(self, client: LambdaClient, mappings: Mapping[str, str]) -> None:
        """`mappings`: queue → the id of its event source mapping."""
        self._client = client
        self._mappings = mappings

    def turn_off(self, queue: str) -> None:
        self._enable(queue, enabled=False)

    def turn_on(self, queue: str) -> None:
        self._enable(queue, enabled=True)

    def is_off(self, queue: str) -> bool:
        with translate_throttling():
            found = self._client.get_event_source_mapping(UUID=self._id_of(queue))
        return found["State"] in OFF

    def _enable(self, queue: str, *, enabled: bool) -> None:
        mapping = self._id_of(queue)
        try:
            with translate_throttling():
                self._client.update_event_source_mapping(UUID=mapping, Enabled=enabled)
        except ClientError as error:
            if code_of(error) not in CHANGING:
                raise
            raise Throttled("The queue is being changed; try again shortly.") from error

    def _id_of(self, queue: str) -> str:
        if queue not in self._mappings:
            raise NotFound(f"The queue {queue!r} can't be paused: EVENT_SOURCES in template.yaml lacks it.")
        return self._mappings[queue]
