"""When a submitted job may start: at once, at a time, or once other jobs have ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from heavylift.errors import Conflict, InvalidRequest
from heavylift.jobs import later
from heavylift.jobs.job import Job
from heavylift.jobs.later import MAX_DELAY_S, MAX_WAIT_S, NEAR_S
from heavylift.jobs.states import QUEUED, SCHEDULED, WAITING, State, Status
from heavylift.ports.system import System
from heavylift.service.find import find_job

MAX_AFTER = 10
"""How many jobs a submission may name in `after`."""


@dataclass(frozen=True)
class When:
    """What a submission says of its start."""

    run_at: float | None = None
    """Seconds since 1970. A time that has passed means at once."""
    delay_s: float | None = None
    after: tuple[str, ...] = ()
    """Ids of the tenant's jobs."""
    after_any: bool = False
    """Run even if one of those is FAILED or CANCELED."""


@dataclass(frozen=True)
class Start:
    """When a job may start, once its submission is checked."""

    state: State
    latest: float
    """When it may start at the latest. Its deadline counts from then."""
    run_at: float | None = None
    after: tuple[str, ...] = ()
    """Every job for whose end it waits, whether that has come or not."""
    upstream: tuple[Job, ...] = ()
    """Those that have not ended."""
    far: bool = False
    """Whether its objects must live longer than those of other jobs."""


def plan_start(system: System, tenant: str, when: When, wanted: Iterable[Job], now: float) -> Start:
    """Return when the job may start. `wanted`: jobs that have not ended and make what it needs.

    Raises NotFound, Gone, Conflict if a job in `after` is FAILED or CANCELED already, and InvalidRequest.
    """
    upstream = {job.id: job for job in wanted}
    after = list(dict.fromkeys((*when.after, *upstream)))
    for job_id in when.after:
        job = find_job(system, tenant, job_id)
        if not job.ended:
            upstream[job.id] = job
        elif job.status != Status.DONE and not when.after_any:
            raise Conflict(f"The job {job.id} is {job.status}. With `after_any` this job runs all the same.")
    run_at = _find_time(when, now)
    if run_at is not None and after:
        raise InvalidRequest.at("/after", "A job waits for a time or for other jobs, not for both.")
    if upstream:
        latest = later.latest_end(upstream.values())
        if latest > now + MAX_WAIT_S:
            days = MAX_WAIT_S / 86_400
            raise InvalidRequest.at("/after", f"These jobs may end in more than {days:.0f} days, the limit.")
        far = latest > now + NEAR_S
        return Start(WAITING, latest, after=tuple(after), upstream=tuple(upstream.values()), far=far)
    if run_at is not None:
        return Start(SCHEDULED, run_at, run_at, far=run_at > now + NEAR_S)
    return Start(QUEUED, now, after=tuple(after))


def _find_time(when: When, now: float) -> float | None:
    """Return the time that the submission names; None for a time that has come."""
    named = when.run_at if when.delay_s is None else now + when.delay_s
    if named is None or named <= now:
        return None
    if named > now + MAX_DELAY_S:
        pointer = "/run_at" if when.delay_s is None else "/delay_s"
        raise InvalidRequest.at(pointer, f"A job starts within {MAX_DELAY_S / 86_400:.0f} days.")
    return named
