"""The table's stream, as Lambda passes it on: in order, again after a fault, sometimes twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from heavylift.errors import Throttled
from heavylift.job_store.waiting import settle_dependents
from heavylift.ports.system import System
from heavylift.ports.table import Item, Key
from tests.chaos.harness.trouble import Killed, Trouble, Unreachable

LOST = 0.3
"""Share of the lost messages of a queue that a stream loses, too: records that were too old."""
REPLAYED = 0.05
"""How often an earlier record comes again."""


@dataclass
class ChaosStream:
    """The ends of jobs for which others wait. `lossless`: no record is lost."""

    trouble: Trouble
    lossless: bool = False
    pending: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)

    def note(self, key: Key, before: Item | None, after: Item) -> None:
        """Note what a write did, if the filter of template.yaml passes its record."""
        if key.sk != "JOB" or before is None or "awaited" not in after:
            return
        if before["phase"] == "finished" or after["phase"] != "finished":
            return
        if self.lossless or not self.trouble.happens(self.trouble.lose * LOST):
            self.pending.append(after["id"])

    def run(self, system: System, is_over: Callable[[], bool]) -> None:
        """Pass records on until the history is over."""
        scheduler = self.trouble.scheduler
        while not is_over():
            scheduler.current.invocation += 1
            scheduler.sleep(0.2 if self._pass_on(system) else 1)

    def _pass_on(self, system: System) -> bool:
        """Pass a record on. Return whether there was one. A fault leaves it where it is."""
        if self.trouble.happens(REPLAYED) and self.passed:
            self._settle(system, self.trouble.random.choice(self.passed))
        if not self.pending:
            return False
        if self._settle(system, self.pending[0]) and not self.trouble.happens(self.trouble.double):
            self.passed.append(self.pending.pop(0))
        return True

    def _settle(self, system: System, job_id: str) -> bool:
        try:
            settle_dependents(system, job_id)
        except (Killed, Throttled, Unreachable):
            return False
        return True
