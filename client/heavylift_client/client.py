"""The client: every call of the API."""

from __future__ import annotations

from heavylift_client.calls.batches import BatchCalls
from heavylift_client.calls.bulk import BulkCalls
from heavylift_client.calls.events import EventCalls
from heavylift_client.calls.models import ModelCalls
from heavylift_client.calls.schedules import ScheduleCalls
from heavylift_client.calls.stack import StackCalls


class Heavylift(BatchCalls, BulkCalls, EventCalls, ModelCalls, ScheduleCalls, StackCalls):
    """A client of one Heavylift stack. Use it as a context manager, or call `close`.

    Every call may raise Unreachable if there is no response, or Problem if the API refuses.
    """
