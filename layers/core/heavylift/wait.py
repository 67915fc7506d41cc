"""Waiting for a job: reads that come less and less often."""

from __future__ import annotations

from heavylift.job import Job
from heavylift.system import System

FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 1.0
GROWTH = 1.5


def wait_for_end(system: System, job: Job, seconds: float) -> Job:
    """The job once it has ended, or as it is after so many seconds."""
    until = system.clock.now() + seconds
    while not job.ended and system.clock.now() < until:
        job = wait_for_change(system, job, until - system.clock.now())
    return job


def wait_for_change(system: System, job: Job, seconds: float) -> Job:
    """The job as soon as it has changed, or as it is after so many seconds."""
    until = system.clock.now() + seconds
    pause = FIRST_PAUSE_S
    while (left := until - system.clock.now()) > 0:
        system.clock.sleep(min(pause, left))
        item = system.table.get(job.key)
        if item is None:
            return job
        after = Job.of(item)
        if after != job:
            return after
        pause = min(LONGEST_PAUSE_S, pause * GROWTH)
    return job
