"""Fan-out: the parts of a job, as items below it.

Parts are written before the job says that it has them, under the name of their plan (the fence of the
claim that made it). So a planner that lost its lease leaves nothing that anybody would work on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from heavylift.job_store.enqueue import enqueue
from heavylift.jobs.job import PART_PREFIX, QUEUED, Job, Part, new_item, part_key
from heavylift.jobs.transitions import CHECK_GRACE_S
from heavylift.ports.queue import Message
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Create
from heavylift.tasks.task import Plan

PARTS_PER_TRANSACTION = 25
"""DynamoDB takes 100 writes in a transaction; a smaller one conflicts less often."""


def create_parts(system: System, job: Job, plan_id: str, plan: Plan) -> list[Part]:
    now = system.clock.now()
    parts = [_part(job, f"{plan_id}#{number:04}", spec, now) for number, spec in enumerate(plan.parts, 1)]
    for start in range(0, len(parts), PARTS_PER_TRANSACTION):
        chunk = parts[start : start + PARTS_PER_TRANSACTION]
        try:
            system.table.transact(*(Create(new_item(part)) for part in chunk))
        except ConditionFailed:
            # Only this plan writes under its name: the client has repeated a call that had succeeded.
            continue
    return parts


def _part(job: Job, part_id: str, spec: dict[str, Any], now: float) -> Part:
    return Part(
        **part_key(job.id, part_id)._asdict(),
        **QUEUED._asdict(),
        id=part_id,
        spec=spec,
        max_attempts=job.max_attempts,
        deadline=job.deadline,
        expires_at=job.expires_at,
        check_at=now + CHECK_GRACE_S,
    )


def parts_of(system: System, job: Job) -> Iterator[Part]:
    """The parts of the plan in force, in their order."""
    for item in system.table.children(job.pk, f"{PART_PREFIX}{job.plan}#"):
        yield Part.of(item)


def send_parts(system: System, job: Job, parts: Iterable[Part]) -> None:
    enqueue(system, job, [Message(job.id, part.id) for part in parts])
