"""Estimates for `Retry-After`, from the run times of a tenant's recent jobs."""

from __future__ import annotations

import statistics

from heavylift.errors import HeavyliftError
from heavylift.jobs.job import Job
from heavylift.jobs.states import Phase, Status
from heavylift.ports.queue import Depth
from heavylift.ports.system import System
from heavylift.service.search import search_jobs
from heavylift.service.wanted import Wanted

CACHE_TTL_S = 30.0
SAMPLE_SIZE = 20
"""How many of the tenant's newest jobs are read."""
DEFAULT_RUN_TIME_S = 1.0
MAX_RETRY_AFTER_S = 60


class RunTimeEstimator:
    """Estimates from a tenant's own jobs only, so that no tenant learns another's run times."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._known: dict[str, tuple[float, dict[str, float]]] = {}

    def estimate_room(self, tenant: str, task: str) -> int:
        """Return the whole seconds until a full queue may have room: about the run time of one job."""
        return _to_retry_after(self._median_run_time(tenant, task))

    def estimate_start(self, job: Job, depth: Depth) -> float | None:
        """Return the seconds until a queued job probably starts; None without recent jobs of its task.

        As many workers are taken to run as messages are in flight, and each as long as the tenant's own jobs.
        """
        run_time = self._find_run_time(job.tenant, job.task)
        if run_time is None:
            return None
        return round(depth.visible * run_time / max(1, depth.in_flight), 1)

    def _median_run_time(self, tenant: str, task: str) -> float:
        """Return the median run time in seconds of the tenant's recent jobs of this task.

        Without such jobs it is `DEFAULT_RUN_TIME_S`.
        """
        run_time = self._find_run_time(tenant, task)
        return DEFAULT_RUN_TIME_S if run_time is None else run_time

    def _find_run_time(self, tenant: str, task: str) -> float | None:
        until, times = self._known.get(tenant, (0.0, {}))
        now = self._system.clock.now()
        if now >= until:
            times = self._measure(tenant)
            self._known[tenant] = (now + CACHE_TTL_S, times)
        return times.get(task)

    def retry_after(self, job: Job) -> int:
        """Return the whole seconds until the job has probably ended: 1 to `MAX_RETRY_AFTER_S`."""
        left = self._median_run_time(job.tenant, job.task)
        if job.phase == Phase.RUNNING and job.started_at is not None:
            ran = self._system.clock.now() - job.started_at
            left = self._estimate_left(job, job.started_at, ran, usual=left - ran)
        elif job.phase == Phase.SCHEDULED:
            left += job.ready_at - self._system.clock.now()
        return _to_retry_after(left)

    @staticmethod
    def _estimate_left(job: Job, started_at: float, ran: float, *, usual: float) -> float:
        """Return the seconds left, by the job's own progress if there is any, else `usual`.

        The first steps include the start-up, so they overestimate. The estimate is therefore at most `usual`
        or the time that the job has run, whichever is longer.
        """
        if not (job.total and job.done):
            return usual
        step = (job.updated_at - started_at) / job.done
        return min(step * job.total - ran, max(usual, ran))

    def _measure(self, tenant: str) -> dict[str, float]:
        times: dict[str, list[float]] = {}
        try:
            for job in search_jobs(self._system, tenant, Wanted(), limit=SAMPLE_SIZE).jobs:
                if job.status == Status.DONE and job.started_at and job.ended_at:
                    times.setdefault(job.task, []).append(job.ended_at - job.started_at)
        except HeavyliftError:  # an estimate must not fail the request
            return {}
        return {task: statistics.median(each) for task, each in times.items()}


def _to_retry_after(seconds: float) -> int:
    return max(1, min(MAX_RETRY_AFTER_S, round(seconds)))
