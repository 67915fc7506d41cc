"""One run over the open jobs that are due."""

from __future__ import annotations

from collections import Counter

from heavylift.ports.system import System
from heavylift.recovery.janitor import Janitor


def sweep(system: System, seconds: float) -> Counter[str]:
    """Look at what is due, for so many seconds at most; what was done, by metric."""
    janitor = Janitor(system, ends_at=system.clock.now() + seconds)
    finished = janitor.sweep()
    janitor.counts["SweepsCutShort"] += not finished
    janitor.counts["JobsLookedAt"] += 0
    return janitor.counts
