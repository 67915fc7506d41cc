"""Load a schedule, and bring the scheduler's entry into line with its record."""

from __future__ import annotations

from heavylift.jobs import schedules
from heavylift.jobs.schedules import Schedule, schedule_key
from heavylift.ports.scheduler import Scheduler
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Table


def load_schedule(table: Table, tenant: str, name: str) -> Schedule | None:
    """Return the schedule, deleted or not; None if it has no record."""
    item = table.get(schedule_key(tenant, name))
    return Schedule.of(item) if item else None


def finish_creation(system: System, scheduler: Scheduler, schedule: Schedule) -> None:
    scheduler.create(schedule.entry(system.clock.now()))
    _settle(system, schedule, deleted=False)


def finish_deletion(system: System, scheduler: Scheduler, schedule: Schedule) -> None:
    scheduler.delete(schedule.id)
    if schedule.input:
        system.objects.delete(schedule.input["key"])
    _settle(system, schedule, deleted=True)


def _settle(system: System, schedule: Schedule, *, deleted: bool) -> None:
    try:
        system.table.update(schedules.settle(schedule, deleted=deleted))
    except ConditionFailed:
        return  # it was deleted meanwhile, or its name belongs to another
