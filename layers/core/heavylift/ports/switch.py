"""The port of the switch between a queue and its worker: a queue that is off keeps its messages."""

from __future__ import annotations

from typing import Protocol


class QueueSwitch(Protocol):
    """A call for a queue without a switch raises NotFound; for one that is changing, Throttled."""

    def turn_off(self, queue: str) -> None:
        """Give the worker no more messages. It ends those that it has."""

    def turn_on(self, queue: str) -> None: ...

    def is_off(self, queue: str) -> bool: ...
