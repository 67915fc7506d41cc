"""The jobs that ended because one for which they waited had failed."""

from __future__ import annotations

from itertools import islice

from heavylift.errors import UpstreamFailed
from heavylift.jobs.job import Job, job_key
from heavylift.jobs.later import EDGE_PREFIX, waiting_id_of
from heavylift.jobs.states import Status
from heavylift.ports.system import System

MAX_NAMED = 100
"""How many are looked at: the table reads as many items at once."""


def find_failed_dependents(system: System, job: Job) -> list[str]:
    """Return the ids of jobs that are FAILED because this one was FAILED or CANCELED."""
    if not job.awaited:
        return []
    edges = islice(system.table.list_children(job.pk, EDGE_PREFIX), MAX_NAMED)
    found = system.table.get_many([job_key(waiting_id_of(edge)) for edge in edges])
    jobs = sorted(map(Job.of, found.values()), key=lambda each: each.id)
    failed = UpstreamFailed().type
    return [
        each.id for each in jobs if each.status == Status.FAILED and (each.error or {}).get("type") == failed
    ]
