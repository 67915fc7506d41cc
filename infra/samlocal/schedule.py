"""The rate of a schedule: its function is invoked again and again, with the time as the event."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

from infra.samlocal.event_sources import ScheduleSource
from infra.samlocal.sqs_poller import InvocationFailed, Invoke

logger = logging.getLogger(__name__)


def run(source: ScheduleSource, invoke: Invoke, stop: threading.Event) -> None:
    """Until told to stop, first after one interval."""
    while not stop.wait(source.every_s):
        event = {"source": "aws.scheduler", "time": datetime.now(UTC).isoformat(timespec="seconds")}
        try:
            invoke(source.function, event)
        except InvocationFailed as reason:
            logger.warning("%s failed on its schedule: %s", source.function, reason)
