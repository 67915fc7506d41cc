"""Requests that wait for a job, as many at once as a tenant may have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from api.admission.wait_limit import reserve_wait
from api.dependencies import ApiContext
from api.http.prefer import Prefer
from heavylift.jobs.job import Job
from heavylift.service.wait import wait_for


def wait_until(
    context: ApiContext, job: Job, prefer: Prefer, enough: Callable[[Job], bool]
) -> tuple[Job, Prefer]:
    """Return the job after the wait, and what was applied: no wait for a tenant that has too many."""
    if enough(job):
        return job, prefer
    most = context.settings.waits_per_tenant
    with reserve_wait(context.system, job.tenant, prefer.wait_s or 0, most) as seconds:
        return wait_for(context.system, job, seconds, enough), replace(prefer, wait_s=seconds)
