"""Dead letters: jobs that FAILED although a retry could have helped, and how to redrive them.

A dead letter is a state of the job, not a message. A redrive first changes the record and then sends a
message; the janitor sends a lost message again. So the record and the queue can't disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from heavylift.errors import Conflict, HeavyliftError, Refused
from heavylift.jobs.job import Job
from heavylift.ports.system import System
from heavylift.ports.table import DEAD, Item
from heavylift.service.control import retry
from heavylift.service.find import find_job
from heavylift.service.listing import MAX_INDEX_PAGES, JobPage, query_matching

MAX_AT_ONCE = 100


@dataclass
class RedriveOutcome:
    """The result of a redrive. `cursor` continues a redrive that needs more calls; None at the end."""

    jobs: list[Job] = field(default_factory=list)
    refused: dict[str, HeavyliftError] = field(default_factory=dict)
    """Job id → why the job was not retried."""
    cursor: Item | None = None


def dead_partition(tenant: str) -> str:
    return f"DEAD#{tenant}"


def count_dead_letters(system: System, tenant: str) -> Counter[str]:
    """Return a tenant's number of dead letters by queue. Counts only the newest `MAX_INDEX_PAGES` pages."""
    found = query_dead_letters(system, tenant, limit=MAX_INDEX_PAGES * MAX_AT_ONCE)
    return Counter(job.queue for job in found.jobs)


def query_dead_letters(
    system: System,
    tenant: str,
    *,
    task: str | None = None,
    queue: str | None = None,
    limit: int = 20,
    cursor: Item | None = None,
) -> JobPage:
    """Return a page of a tenant's dead letters, newest first, optionally of one task or queue.

    A page may hold fewer than `limit` jobs; the list ends when `cursor` is None.
    """
    wanted = {"task": task, "queue": queue}
    return query_matching(system, DEAD, dead_partition(tenant), wanted, limit=limit, cursor=cursor)


def redrive(system: System, tenant: str, job_ids: Iterable[str]) -> RedriveOutcome:
    """Retry these dead letters. A refused job does not stop the others."""
    return _redrive(system, tenant, list(dict.fromkeys(job_ids)))


def redrive_all(
    system: System,
    tenant: str,
    *,
    task: str | None = None,
    queue: str | None = None,
    limit: int = MAX_AT_ONCE,
    cursor: Item | None = None,
) -> RedriveOutcome:
    """Retry every dead letter, optionally of one task or queue. Call again with `cursor` until it is None."""
    found = query_dead_letters(system, tenant, task=task, queue=queue, limit=limit, cursor=cursor)
    outcome = _redrive(system, tenant, [job.id for job in found.jobs])
    outcome.cursor = found.cursor
    return outcome


def _redrive(system: System, tenant: str, job_ids: list[str]) -> RedriveOutcome:
    outcome = RedriveOutcome()
    for job_id, result in _retry_each(system, tenant, job_ids):
        if isinstance(result, Job):
            outcome.jobs.append(result)
        else:
            outcome.refused[job_id] = result
    return outcome


def _retry_each(system: System, tenant: str, job_ids: list[str]) -> Iterator[tuple[str, Job | Refused]]:
    for job_id in job_ids:
        try:
            job = find_job(system, tenant, job_id)  # the index is eventually consistent
            if job.dead_pk is None:
                raise Conflict(f"The job is {job.status} and not a dead letter.")
            yield job_id, retry(system, job)
        except Refused as refusal:
            yield job_id, refusal
