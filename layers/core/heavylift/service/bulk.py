"""Act on many jobs: cancel, retry or delete those that are named, or those that a search finds.

Each job is read again before the act, and the act is conditional on that record: the index of a search may be
behind. So a repeated call does nothing twice. A call that is out of time returns where the next one goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from heavylift.errors import Conflict, HeavyliftError, Refused
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.system import System
from heavylift.ports.table import Item
from heavylift.service.control import cancel, retry
from heavylift.service.delete import delete_job
from heavylift.service.find import find_job
from heavylift.service.search import position_of, search_jobs
from heavylift.service.wanted import Wanted

log = logging.getLogger(__name__)

MAX_AT_ONCE = 100
MAX_SECONDS = 15.0
"""After this time a call begins with no other job. The gateway waits for 29 s."""

Reserve = Callable[[Job], AbstractContextManager[None]]
"""Makes room in the queue for a job that is retried. Raises QueueFull."""


@dataclass(frozen=True)
class Act:
    """What is done to each job, and the statuses of the jobs to which a search does it."""

    name: str
    takes: frozenset[Status]
    apply: Callable[[System, str, str, Wanted | None, Reserve], None]
    """Takes the tenant, a job's id, what it was found by, and how to reserve room. Raises Refused."""


@dataclass
class ActedOn:
    """The outcome of a call. `last` is the id after which the next call goes on; None at the end."""

    job_ids: list[str] = field(default_factory=list)
    refused: dict[str, HeavyliftError] = field(default_factory=dict)
    """Job id → why nothing was done."""
    last: str | None = None


def act_on_ids(
    system: System,
    tenant: str,
    act: Act,
    job_ids: Iterable[str],
    *,
    after: str | None = None,
    **options: Any,
) -> ActedOn:
    """Act on these jobs, in this order. A refused job does not stop the others.

    `after`: the id after which to go on. `options`: `reserve`.
    """
    ids = list(dict.fromkeys(job_ids))
    todo = ids[ids.index(after) + 1 :] if after is not None else ids
    return _act_on_each(system, tenant, act, todo, None, system.clock.now() + MAX_SECONDS, **options)


def act_on_wanted(
    system: System,
    tenant: str,
    act: Act,
    wanted: Wanted,
    *,
    limit: int = MAX_AT_ONCE,
    cursor: Item | None = None,
    **options: Any,
) -> ActedOn:
    """Act on the wanted jobs that are in a state for it, newest first. `options`: `reserve`."""
    ends_at = system.clock.now() + MAX_SECONDS
    wanted = replace(wanted, among=act.takes)
    found = search_jobs(system, tenant, wanted, limit=limit, cursor=cursor)
    outcome = _act_on_each(system, tenant, act, [job.id for job in found.jobs], wanted, ends_at, **options)
    if outcome.last is None and found.cursor is not None:
        outcome.last = found.cursor["id"]
    return outcome


def cursor_after(tenant: str, outcome: ActedOn) -> Item | None:
    """Return where a search goes on after the outcome; None at the end."""
    return position_of(tenant, outcome.last) if outcome.last else None


def _act_on_each(
    system: System,
    tenant: str,
    act: Act,
    job_ids: list[str],
    wanted: Wanted | None,
    ends_at: float,
    *,
    reserve: Reserve = lambda _job: nullcontext(),
) -> ActedOn:
    outcome = ActedOn()
    for number, job_id in enumerate(job_ids):
        if number and system.clock.now() > ends_at:
            outcome.last = job_ids[number - 1]
            return outcome
        try:
            act.apply(system, tenant, job_id, wanted, reserve)
            outcome.job_ids.append(job_id)
        except Refused as refusal:
            outcome.refused[job_id] = refusal
        except Exception as fault:
            if not number:
                raise
            log.warning("the call ends early", extra={"job_id": job_id, "why": type(fault).__name__})
            outcome.last = job_ids[number - 1]  # what is done is reported; the next call goes on here
            return outcome
    return outcome


def _cancel(system: System, tenant: str, job_id: str, wanted: Wanted | None, _reserve: Reserve) -> None:
    job = find_job(system, tenant, job_id)
    if job.status != Status.CANCELED:  # a repeated call
        _require_wanted(system, job, wanted)
        cancel(system, job)


def _retry(system: System, tenant: str, job_id: str, wanted: Wanted | None, reserve: Reserve) -> None:
    job = find_job(system, tenant, job_id)
    _require_wanted(system, job, wanted)
    with reserve(job):
        retry(system, job)


def _delete(system: System, tenant: str, job_id: str, wanted: Wanted | None, _reserve: Reserve) -> None:
    delete_job(system, tenant, job_id, check=lambda job: _require_wanted(system, job, wanted))


def _require_wanted(system: System, job: Job, wanted: Wanted | None) -> None:
    """Raise Conflict for a job that has changed since the index was read. A job that was named is wanted."""
    if wanted and not wanted.fits(vars(job), system.clock.now()):
        raise Conflict(f"The job is {job.status} now.")


ENDED = frozenset(Status) - {Status.PROCESSING}
CANCEL = Act("cancel", frozenset({Status.PROCESSING}), _cancel)
RETRY = Act("retry", frozenset({Status.FAILED, Status.CANCELED}), _retry)
DELETE = Act("delete", ENDED, _delete)
