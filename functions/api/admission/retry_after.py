"""How long a task takes of late, so that a client can be told when to look again."""

from __future__ import annotations

import statistics

from heavylift.errors import HeavyliftError
from heavylift.jobs.job import Job, Phase, Status
from heavylift.ports.system import System
from heavylift.service.listing import newest_jobs

GOOD_FOR_S = 30.0
SAMPLE = 20
"""How many of the tenant's newest jobs are looked at."""
UNKNOWN_S = 1.0
LONGEST_S = 60


class RunTimeEstimator:
    """A tenant's own jobs only: another's times are nobody else's business."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._known: dict[str, tuple[float, dict[str, float]]] = {}

    def median_run_time(self, tenant: str, task: str) -> float:
        """Seconds that the tenant's recent jobs of this task ran, at the median; 1 if there are none."""
        until, times = self._known.get(tenant, (0.0, {}))
        now = self._system.clock.now()
        if now >= until:
            times = self._measured(tenant)
            self._known[tenant] = (now + GOOD_FOR_S, times)
        return times.get(task, UNKNOWN_S)

    def retry_after(self, job: Job) -> int:
        """Whole seconds after which the job is likely to have ended, 1 to 60."""
        left = self.median_run_time(job.tenant, job.task)
        if job.phase == Phase.RUNNING and job.started_at is not None:
            ran = self._system.clock.now() - job.started_at
            left = self._left(job, job.started_at, ran, usual=left - ran)
        return max(1, min(LONGEST_S, round(left)))

    @staticmethod
    def _left(job: Job, started_at: float, ran: float, *, usual: float) -> float:
        """By its own progress, which tells more than other jobs do, once there is some of it.

        The first steps include what comes before them, so they promise too long a wait: never longer than it
        has run already, unless others did.
        """
        if not (job.total and job.done):
            return usual
        step = (job.updated_at - started_at) / job.done
        return min(step * job.total - ran, max(usual, ran))

    def _measured(self, tenant: str) -> dict[str, float]:
        times: dict[str, list[float]] = {}
        try:
            for job in newest_jobs(self._system, tenant, limit=SAMPLE).jobs:
                if job.status == Status.DONE and job.started_at and job.ended_at:
                    times.setdefault(job.task, []).append(job.ended_at - job.started_at)
        except HeavyliftError:  # a hint is not worth an error
            return {}
        return {task: statistics.median(each) for task, each in times.items()}
