"""What the janitor does each minute: the jobs, callbacks and deletions that are due."""

from __future__ import annotations

from collections import Counter

from heavylift.ports.queue import JobQueue
from heavylift.ports.system import System
from heavylift.recovery.callbacks import CallbackSweep
from heavylift.recovery.deletions import DeletionSweep
from heavylift.recovery.janitor import Janitor
from heavylift.recovery.later import LaterSweep


def sweep_all(system: System, callbacks: JobQueue, ends_at: float) -> Counter[str]:
    """Handle what is due until time runs out. Return counts of what was done, by metric.

    `callbacks`: the queues with that of callbacks.
    """
    counts = Janitor(system, ends_at).run()
    counts.update(LaterSweep(system, ends_at).run())
    counts.update(CallbackSweep(system, callbacks, ends_at).run())
    counts.update(DeletionSweep(system, ends_at).run())
    return counts
