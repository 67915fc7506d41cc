"""How long a task takes of late, so that a client can be told when to look again."""

from __future__ import annotations

import statistics

from heavylift.errors import HeavyliftError
from heavylift.job import Job, Phase, Status
from heavylift.listing import newest_jobs
from heavylift.system import System

GOOD_FOR_S = 30.0
SAMPLE = 20
"""How many of the tenant's newest jobs are looked at."""
UNKNOWN_S = 1.0
LONGEST_S = 60


class Pace:
    """A tenant's own jobs only: another's times are nobody else's business."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._known: dict[str, tuple[float, dict[str, float]]] = {}

    def run_time(self, tenant: str, task: str) -> float:
        """Seconds that the tenant's recent jobs of this task ran, at the median; 1 if there are none."""
        until, times = self._known.get(tenant, (0.0, {}))
        now = self._system.clock.now()
        if now >= until:
            times = self._measured(tenant)
            self._known[tenant] = (now + GOOD_FOR_S, times)
        return times.get(task, UNKNOWN_S)

    def retry_after(self, job: Job) -> int:
        """Whole seconds after which the job is likely to have ended, 1 to 60."""
        left = self.run_time(job.tenant, job.task)
        if job.phase == Phase.RUNNING and job.started_at is not None:
            ran = self._system.clock.now() - job.started_at
            # Its own progress tells more than other jobs do.
            left = ran * (job.total - job.done) / job.done if job.total and job.done else left - ran
        return max(1, min(LONGEST_S, round(left)))

    def _measured(self, tenant: str) -> dict[str, float]:
        times: dict[str, list[float]] = {}
        try:
            for job in newest_jobs(self._system, tenant, limit=SAMPLE).jobs:
                if job.status == Status.DONE and job.started_at and job.ended_at:
                    times.setdefault(job.task, []).append(job.ended_at - job.started_at)
        except HeavyliftError:  # a hint is not worth an error
            return {}
        return {task: statistics.median(each) for task, each in times.items()}
