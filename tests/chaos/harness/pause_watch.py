"""Checks that no job fails by its deadline because its queue was paused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from heavylift.ports.table import Item, Key
from tests.chaos.harness.scheduler import SKEW_S
from tests.chaos.harness.watch import Violation

STARTS = {("finished", "queued"), ("waiting", "queued")}
"""Moves from which the time of a job counts."""


@dataclass
class PauseWatch:
    """Keeps its own account of the pauses and of the times of jobs."""

    now: Callable[[], float]
    seconds: float
    """How long a job may take, from its submission or its retry, without pauses."""
    pauses: list[list[float]] = field(default_factory=list)
    """Begin and end of each. A pause that goes on ends at infinity."""
    starts: dict[Key, float] = field(default_factory=dict)

    def check_write(self, key: Key, before: Item | None, after: Item) -> None:
        if key.sk == "QUEUE":
            self._note_pause("paused_since" in (before or {}), "paused_since" in after)
        elif key.sk == "JOB":
            if before is None or (before["phase"], after["phase"]) in STARTS:
                # A write may come long after its time.
                self.starts[key] = after["deadline"] - self._limit_of(after)
            elif before["phase"] not in ("finished", "waiting") and after["status"] == "FAILED":
                self._check_failure(key, after)

    def _limit_of(self, job: Item) -> float:
        return float(job.get("deadline_s") or self.seconds)

    def _note_pause(self, before: bool, after: bool) -> None:
        if after and not before:
            self.pauses.append([self.now(), float("inf")])
        elif before and not after:
            self.pauses[-1][1] = self.now()

    def _check_failure(self, key: Key, after: Item) -> None:
        if not after["error"]["type"].endswith("deadline-exceeded"):
            return
        start, now = self.starts[key], self.now()
        paused = [max(0.0, min(now, end) - max(start, begin)) for begin, end in self.pauses]
        ran = now - start - sum(paused)
        if ran < self._limit_of(after) - 2 * SKEW_S * (
            2 + len(paused)
        ):  # clocks differ at each end of each time
            raise Violation(f"a job failed by its deadline after {ran:.0f} s beside the pauses {self.pauses}")
