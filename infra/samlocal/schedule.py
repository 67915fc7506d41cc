"""Invokes a function at the rate of its schedule, with the time in the event."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

from infra.samlocal.event_sources import ScheduleSource
from infra.samlocal.sqs_poller import InvocationFailed, Invoke

logger = logging.getLogger(__name__)


def run(source: ScheduleSource, invoke: Invoke, stop: threading.Event) -> None:
    """Invoke the function after each interval until `stop` is set."""
    while not stop.wait(source.interval_s):
        event = {"source": "aws.scheduler", "time": datetime.now(UTC).isoformat(timespec="seconds")}
        try:
            invoke(source.function, event)
        except InvocationFailed as reason:
            logger.warning("The scheduled invocation of %s failed: %s", source.function, reason)
