"""Calls the functions of a group's entries when they are due, as EventBridge Scheduler does.

The services of a session keep entries, and fire none. What came due while no session ran is not made up for.
A function that fails is called twice more, as Lambda does with an asynchronous event. If the services fail in
between, an entry may fire twice, as on AWS.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from infra.samlocal.event_sources import EntrySource
from infra.samlocal.recurrence import find_due
from infra.samlocal.sqs_poller import PAUSE_S, InvocationFailed, Invoke

logger = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often it is looked which entries are due."""
ATTEMPTS = 3
TIME = "<aws.scheduler.scheduled-time>"


class EntryPoller:
    def __init__(
        self,
        source: EntrySource,
        scheduler: Any,
        invoke: Invoke,
        stop: threading.Event,
        read_clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`scheduler`: boto3's client."""
        self._source, self._scheduler, self._invoke, self._stop = source, scheduler, invoke, stop
        self._read_clock = read_clock
        self._seen_until = read_clock()
        self._entries: dict[tuple[str, datetime], dict[str, Any]] = {}
        """(name, last change) → the answer of GetSchedule."""

    def run(self) -> None:
        """Fire entries until `stop` is set. Errors are logged and retried: services may restart."""
        while not self._stop.wait(LOOK_S):
            try:
                self.step()
            except Exception:
                logger.exception("Cannot fire the schedules of %s", self._source.group)
                self._stop.wait(PAUSE_S)

    def step(self) -> None:
        """Fire each enabled entry at each time that has come since the last step."""
        until = self._read_clock()
        for entry in self._list_entries():
            after = max(self._seen_until, entry["CreationDate"])
            for at in find_due(entry, after, until) if entry["State"] == "ENABLED" else ():
                self._fire(entry, at)
        self._seen_until = until

    def _list_entries(self) -> list[dict[str, Any]]:
        pages = self._scheduler.get_paginator("list_schedules").paginate(GroupName=self._source.group)
        keys = [(each["Name"], each["LastModificationDate"]) for page in pages for each in page["Schedules"]]
        self._entries = dict(self._load(keys))
        return list(self._entries.values())

    def _load(
        self, keys: list[tuple[str, datetime]]
    ) -> Iterator[tuple[tuple[str, datetime], dict[str, Any]]]:
        for key in keys:
            try:
                known = self._entries.get(key)
                yield key, known or self._scheduler.get_schedule(GroupName=self._source.group, Name=key[0])
            except self._scheduler.exceptions.ResourceNotFoundException:
                continue  # deleted since it was listed

    def _fire(self, entry: dict[str, Any], at: datetime) -> None:
        target = entry["Target"]
        function = target["Arn"].rpartition(":")[2]
        event = json.loads(target["Input"].replace(TIME, f"{at:%Y-%m-%dT%H:%M:%SZ}"))
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._invoke(function, event)
            except InvocationFailed as reason:
                logger.warning("%s failed, attempt %s of %s: %s", function, attempt, ATTEMPTS, reason)
                if attempt < ATTEMPTS:
                    self._stop.wait(PAUSE_S)
            else:
                return
