"""Lanes: a worker has a queue for each, so that many jobs of one do not hold up those of another. Pure."""

from __future__ import annotations

from enum import StrEnum


class Lane(StrEnum):
    STANDARD = "standard"
    """The queue of the worker's own name."""
    BULK = "bulk"
    """A second queue, which fewer invocations may empty at once."""


BULK_SUFFIX = f"-{Lane.BULK}"
BULK_S = 12 * 3600
"""How long a job of the bulk lane may take, if its task's time is shorter: it may wait for most of it."""


def queue_of(worker: str, lane: Lane) -> str:
    """Return the queue of the worker's lane."""
    return worker + BULK_SUFFIX if lane == Lane.BULK else worker


def lane_of(queue: str) -> Lane:
    return Lane.BULK if queue.endswith(BULK_SUFFIX) else Lane.STANDARD


def worker_of(queue: str) -> str:
    """Return the worker of a queue. No worker's name has a hyphen."""
    return queue.removesuffix(BULK_SUFFIX)


def seconds_for(task_s: int, queue: str) -> int:
    """Return how long a job in the queue may take, whose task may take `task_s` seconds."""
    return max(task_s, BULK_S) if lane_of(queue) == Lane.BULK else task_s
