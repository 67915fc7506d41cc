"""End a job that no worker holds: its deadline has passed, its last worker is lost, or it can't be delivered.

The caller holds no fence. Each write is conditional on the record as it was read, so that a worker that
finishes at the same time wins.
"""

from __future__ import annotations

from heavylift.errors import HeavyliftError
from heavylift.jobs import part_transitions, transitions
from heavylift.jobs.attempts import lost_attempts, to_problem
from heavylift.jobs.job import Claimable, Job, Part
from heavylift.jobs.states import Phase
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed


def abandon_job(system: System, job: Job, error: HeavyliftError) -> bool:
    """End the job. Return False if its record has changed since it was read."""
    now = system.clock.now()
    lost = [] if job.plan else _lost_attempts(job, now)
    try:
        system.table.update(transitions.abandon(job, error=to_problem(error), lost=lost, now=now))
    except ConditionFailed:
        return False
    return True


def abandon_part(system: System, job: Job, part: Part, error: HeavyliftError) -> bool:
    """End the part and its job. Return False if either record has changed since it was read."""
    now = system.clock.now()
    lost = _lost_attempts(part, now)
    problem = to_problem(error)
    try:
        system.table.transact(
            part_transitions.fail_part(part, error=problem, failed=lost, now=now),
            part_transitions.fail_job_of_part(
                job, error=problem, failed=[*part.attempts, *lost], dead=True, now=now, billed_ms=0
            ),
        )
    except ConditionFailed:
        return False
    return True


def _lost_attempts(unit: Claimable, now: float) -> list[dict[str, object]]:
    if unit.phase != Phase.RUNNING:
        return []
    return lost_attempts(unit, now, through=unit.attempt, before_claim=unit)
