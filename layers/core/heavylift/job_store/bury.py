"""Turn the record of a finished job into a tombstone."""

from __future__ import annotations

from dataclasses import replace

from heavylift.jobs import deletion
from heavylift.jobs.job import Job
from heavylift.jobs.label_lists import expire_labels
from heavylift.ports.system import System


def bury(system: System, job: Job) -> Job:
    """Return the job as a tombstone. `erase` then deletes what it stored.

    The table soon removes the job from the lists of its labels, too. Raises ConditionFailed if the job was
    retried or deleted since it was read.
    """
    now = system.clock.now()
    change, labels = deletion.delete(job, now=now), expire_labels(job, now=now)
    if labels:
        system.table.transact(change, *labels)
    else:
        system.table.update(change)
    return replace(job, deleted_at=now, fence=job.fence + 1)
