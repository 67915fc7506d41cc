"""Checks of jobs that run later: none starts before its time, or before what it waits for has ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from heavylift.jobs.job import Job
from heavylift.ports.table import Item, Key


def key_of(job_id: str) -> Key:
    return Key(f"JOB#{job_id}", "JOB")


@dataclass
class WaitWatch:
    violate: Callable[[str], None]
    step: int = 0
    began: dict[Key, int] = field(default_factory=dict)
    """When each job began to wait, in writes."""
    ends: dict[Key, int] = field(default_factory=dict)
    """When each job ended last."""
    failures: dict[Key, int] = field(default_factory=dict)
    events: set[tuple[Key, int]] = field(default_factory=set)
    """Each end with its fence: an event has one callback."""

    idle: dict[str, float] = field(default_factory=dict)
    """Since when a job waits for nothing that is open, by its id."""

    def note_created(self, key: Key) -> None:
        self.began[key] = self.step

    def check(self, items: Mapping[Key, Item], key: Key, before: Item, after: Item, now: float) -> None:
        """Check a written job. `now`: the time by the clock of who wrote it."""
        self.step += 1
        if before["phase"] != "finished" and after["phase"] == "finished":
            self._note_end(key, after)
        self._check_once(key, before, after)
        if before["phase"] == "scheduled" and after["phase"] == "running" and now < before["run_at"]:
            self.violate(f"{key.pk} runs {before['run_at'] - now:.1f} s before its time")
        if before["phase"] == "finished" and after["phase"] == "waiting":
            self.began[key] = self.step
        if before["phase"] == "waiting" and after["phase"] == "queued":
            self._check_freed(items, key, before)
        if before["phase"] == "waiting" and after["phase"] == "running":
            self.violate(f"{key.pk} runs although it waits")
        if before["phase"] == "waiting" and after["status"] == "FAILED":
            self._check_given_up(items, key, before, after)

    def _check_once(self, key: Key, before: Item, after: Item) -> None:
        if before.get("freed_at") not in (None, after.get("freed_at")):
            self.violate(f"{key.pk} is freed twice")
        if before["phase"] == "finished" != after["phase"] and before["fence"] == after["fence"]:
            self.violate(f"{key.pk} was {before['status']}, and is {after['status']} without a retry")

    def check_idle(
        self, items: Mapping[Key, Item], open_jobs: Sequence[Job], now: float, limit_s: float
    ) -> None:
        """Check that no job waits for long after the last of what it waits for has ended."""
        for job in open_jobs:
            upstream = [items[key_of(each)]["phase"] for each in job.awaits or []]
            if job.phase != "waiting" or set(upstream) != {"finished"}:
                self.idle.pop(job.id, None)
            elif now > self.idle.setdefault(job.id, now) + limit_s:
                self.violate(f"waits for nothing: {job}")

    def _note_end(self, key: Key, after: Item) -> None:
        self.ends[key] = self.step
        if after["status"] != "DONE":
            self.failures[key] = self.step
        event = (key, after["fence"])
        if event in self.events:
            self.violate(f"{key.pk} ended twice with the fence {after['fence']}: a receiver sees one end")
        self.events.add(event)

    def _check_freed(self, items: Mapping[Key, Item], key: Key, before: Item) -> None:
        for job_id in before["awaits"]:
            upstream = key_of(job_id)
            ended = items[upstream]["phase"] == "finished" or self.ends.get(upstream, -1) > self.began[key]
            done = items[upstream]["status"] == "DONE"
            if not (ended if before.get("after_any") else done):
                self.violate(f"{key.pk} is freed, and {job_id} is {items[upstream]['status']}")

    def _check_given_up(self, items: Mapping[Key, Item], key: Key, before: Item, after: Item) -> None:
        if after["error"]["type"] != "/problems/upstream-failed":
            return
        upstream = [key_of(each) for each in before["awaits"]]
        failed = [
            each
            for each in upstream
            if items[each]["status"] in ("FAILED", "CANCELED")
            or self.failures.get(each, -1) > self.began[key]
        ]
        if not failed:
            self.violate(f"{key.pk} failed for {before['awaits']}, of which none has")
