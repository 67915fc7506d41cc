"""The end of a job that nobody works on: its time is over, its last worker is lost, or it can't be delivered.

Whoever writes this holds no fence, so each write is conditional on the record as it was read: a worker
who is just finishing wins.
"""

from __future__ import annotations

from heavylift.errors import HeavyliftError
from heavylift.jobs import transitions
from heavylift.jobs.attempts import lost_attempts, problem
from heavylift.jobs.job import Claimable, Job, Part, Phase
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed


def abandon_job(system: System, job: Job, error: HeavyliftError) -> bool:
    """End the job; False if somebody has done something to it meanwhile."""
    now = system.clock.now()
    lost = [] if job.plan else _lost(job, now)
    try:
        system.table.update(transitions.abandon(job, error=problem(error), lost=lost, now=now))
    except ConditionFailed:
        return False
    return True


def abandon_part(system: System, job: Job, part: Part, error: HeavyliftError) -> bool:
    """End the part, and with it its job; False if somebody has done something to either meanwhile."""
    now = system.clock.now()
    lost = _lost(part, now)
    told = problem(error)
    try:
        system.table.transact(
            transitions.part_failed(part, error=told, failed=lost, now=now),
            transitions.fail_job_of_part(
                job, error=told, failed=[*part.attempts, *lost], dead=True, now=now, billed_ms=0
            ),
        )
    except ConditionFailed:
        return False
    return True


def _lost(unit: Claimable, now: float) -> list[dict[str, object]]:
    if unit.phase != Phase.RUNNING:
        return []
    return lost_attempts(unit, now, through=unit.attempt, seen=unit)
