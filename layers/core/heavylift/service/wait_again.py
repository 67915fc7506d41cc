"""Retry a job that ended before what it waited for: it waits again."""

from __future__ import annotations

from heavylift.errors import Conflict, Gone, Throttled
from heavylift.job_store.load import load_job, load_jobs
from heavylift.job_store.time import time_for
from heavylift.job_store.waiting import settle_wait
from heavylift.jobs import later
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed

MAX_TRIES = 5
"""A job that it waits for may end between the read and the write."""


def status_conflict(status: str) -> Conflict:
    """Return the error for a retry of a job that is not FAILED or CANCELED."""
    return Conflict(f"The job is {status}: only a FAILED or CANCELED job can be retried.")


def wait_again(system: System, job: Job) -> Job:
    """Let the job wait again and return it. It is freed at once if nothing is left to wait for.

    Raises Conflict if a job that it waits for is FAILED or CANCELED, Gone if one or its input is.
    """
    for _ in range(MAX_TRIES):
        upstream = _find_upstream(system, job)
        try:
            _write(system, job, upstream)
        except ConditionFailed as refused:
            if refused.key != job.key:
                continue
            raise status_conflict(str(refused.item["status"]) if refused.item else "gone") from None
        waiting = load_job(system.table, job.id) or job
        if not upstream:
            settle_wait(system, waiting)
            waiting = load_job(system.table, job.id) or waiting
        return waiting
    raise Throttled("The jobs for which this one waits change at this moment; try again shortly.")


def _find_upstream(system: System, job: Job) -> list[Job]:
    """Return the jobs that have not ended. Those that are DONE need not be waited for."""
    wanted = later.wanted_ids(job)
    found = []
    for job_id, upstream in load_jobs(system.table, later.upstream_of(job)).items():
        if upstream is not None and not upstream.ended:
            found.append(upstream)
        elif upstream is None or upstream.status != Status.DONE:
            if job.after_any and job_id not in wanted:
                continue
            if upstream is None or upstream.deleted_at is not None:
                raise Gone(f"It waits for the job {job_id}, which is gone.")
            raise Conflict(f"It waits for the job {job_id}, which is {upstream.status}: retry that first.")
    return found


def _write(system: System, job: Job, upstream: list[Job]) -> None:
    now = system.clock.now()
    waits_until = later.latest_end(upstream) if upstream else now
    if waits_until > later.longest_wait(job):
        raise Gone("The job's input expires too soon for a retry; submit the job again.")
    deadline = waits_until + time_for(job)
    expires_at = int(deadline + system.settings.retention_hours * 3600)
    again = later.wait_again(
        job,
        awaits=[each.id for each in upstream],
        waits_until=waits_until,
        now=now,
        deadline=deadline,
        expires_at=expires_at,
    )
    edges = [write for each in upstream for write in (later.put_edge(each.id, job), later.mark_awaited(each))]
    system.table.transact(again, *edges)
