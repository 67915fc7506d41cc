"""Fan-out: the parts of a job, stored as items below it.

A worker writes the parts first and puts their plan in force last. The plan's id is the fence of the claim, so
a worker that lost its lease leaves only parts that nobody claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from heavylift.job_store.enqueue import enqueue
from heavylift.jobs.job import PART_PREFIX, Job, Part, new_item, part_key
from heavylift.jobs.states import QUEUED
from heavylift.jobs.transitions import CHECK_GRACE_S
from heavylift.ports.queue import Message
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Create
from heavylift.tasks.task import Plan

PARTS_PER_TRANSACTION = 25
"""DynamoDB allows 100 writes in a transaction; a smaller transaction conflicts less often."""


def create_parts(system: System, job: Job, plan_id: str, plan: Plan) -> list[Part]:
    """Store a part for each spec of the plan and return the parts in order."""
    now = system.clock.now()
    parts = [_new_part(job, f"{plan_id}#{number:04}", spec, now) for number, spec in enumerate(plan.parts, 1)]
    for start in range(0, len(parts), PARTS_PER_TRANSACTION):
        chunk = parts[start : start + PARTS_PER_TRANSACTION]
        try:
            system.table.transact(*(Create(new_item(part)) for part in chunk))
        except ConditionFailed:
            # Only this plan has these keys: boto3 has repeated a call that had succeeded.
            continue
    return parts


def _new_part(job: Job, part_id: str, spec: dict[str, Any], now: float) -> Part:
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


def load_parts(system: System, job: Job) -> Iterator[Part]:
    """Return the parts of the job's current plan, in order."""
    for item in system.table.list_children(job.pk, f"{PART_PREFIX}{job.plan}#"):
        yield Part.of(item)


def send_parts(system: System, job: Job, parts: Iterable[Part]) -> None:
    enqueue(system, job, [Message(job.id, part.id) for part in parts])
