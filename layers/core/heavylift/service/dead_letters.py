"""Dead letters: jobs that ended FAILED although they were tried again, and how to run them once more.

A dead letter is a job's own state, not a message: the record is put back to work first, then its message
is sent (by the janitor if that is lost). So the job and its queue can't disagree.
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
from heavylift.service.listing import MAX_INDEX_PAGES

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class DeadLetters:
    """Some dead letters, newest first; `cursor` goes on from there, None at the end."""

    jobs: list[Job]
    cursor: Item | None


@dataclass
class Redriven:
    """What became of a redrive. `cursor`: where to go on, when a whole queue did not fit into one call."""

    jobs: list[Job] = field(default_factory=list)
    refused: dict[str, HeavyliftError] = field(default_factory=dict)
    """Job id → why it was not run again."""
    cursor: Item | None = None


def dead_partition(tenant: str) -> str:
    return f"DEAD#{tenant}"


def count_dead_letters(system: System, tenant: str) -> Counter[str]:
    """How many dead letters a tenant has in each queue; of very many, those of the newest pages."""
    found = dead_letters(system, tenant, limit=MAX_INDEX_PAGES * MOST_AT_ONCE)
    return Counter(job.queue for job in found.jobs)


def dead_letters(
    system: System,
    tenant: str,
    *,
    task: str | None = None,
    queue: str | None = None,
    limit: int = 20,
    cursor: Item | None = None,
) -> DeadLetters:
    """A tenant's dead letters, of one task or queue if told so. May be short of `limit` before the end."""
    found: list[Job] = []
    now = system.clock.now()
    for _ in range(MAX_INDEX_PAGES):
        page = system.table.query(
            DEAD, dead_partition(tenant), newest_first=True, limit=limit - len(found), cursor=cursor
        )
        cursor = page.cursor
        found += [job for job in map(Job.of, page.items) if job.expires_at > now and _of(job, task, queue)]
        if cursor is None or len(found) >= limit:
            break
    return DeadLetters(found, cursor)


def redrive(system: System, tenant: str, job_ids: Iterable[str]) -> Redriven:
    """Run these dead letters again; one that can't be is told, and keeps none of the others back."""
    return _redriven(system, tenant, list(dict.fromkeys(job_ids)))


def redrive_all(
    system: System,
    tenant: str,
    *,
    task: str | None = None,
    queue: str | None = None,
    limit: int = MOST_AT_ONCE,
    cursor: Item | None = None,
) -> Redriven:
    """Run every dead letter again, of one task or queue if told so; call again with `cursor` until None."""
    found = dead_letters(system, tenant, task=task, queue=queue, limit=limit, cursor=cursor)
    redriven = _redriven(system, tenant, [job.id for job in found.jobs])
    redriven.cursor = found.cursor
    return redriven


def _redriven(system: System, tenant: str, job_ids: list[str]) -> Redriven:
    redriven = Redriven()
    for job_id, outcome in _each(system, tenant, job_ids):
        if isinstance(outcome, Job):
            redriven.jobs.append(outcome)
        else:
            redriven.refused[job_id] = outcome
    return redriven


def _each(system: System, tenant: str, job_ids: list[str]) -> Iterator[tuple[str, Job | Refused]]:
    for job_id in job_ids:
        try:
            job = find_job(system, tenant, job_id)  # the index may be a little behind
            if job.dead_pk is None:
                raise Conflict(f"The job is {job.status} and no dead letter.")
            yield job_id, retry(system, job)
        except Refused as refusal:
            yield job_id, refusal


def _of(job: Job, task: str | None, queue: str | None) -> bool:
    return (task is None or job.task == task) and (queue is None or job.queue == queue)
