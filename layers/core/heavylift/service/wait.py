"""Wait for a job: read its record at growing intervals."""

from __future__ import annotations

from collections.abc import Callable

from heavylift.jobs.job import Job
from heavylift.ports.system import System

FIRST_PAUSE_S = 0.05
MAX_PAUSE_S = 1.0
GROWTH = 1.5


def wait_for(system: System, job: Job, seconds: float, enough: Callable[[Job], bool]) -> Job:
    """Return the job as soon as `enough(job)` is true, or its state after `seconds`."""
    until = system.clock.now() + seconds
    pause = FIRST_PAUSE_S
    while not enough(job) and (left := until - system.clock.now()) > 0:
        system.clock.sleep(min(pause, left))
        item = system.table.get(job.key)
        if item is None:
            return job
        job = Job.of(item)
        pause = min(MAX_PAUSE_S, pause * GROWTH)
    return job
