"""What a tenant does with schedules: create, find, list, pause, resume and delete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from heavylift.errors import Conflict, InvalidRequest, NotFound
from heavylift.job_store.schedules import finish_creation, finish_deletion, load_schedule
from heavylift.jobs import schedules
from heavylift.jobs.ids import new_id
from heavylift.jobs.object_keys import schedule_input_key
from heavylift.jobs.schedules import MAX_SCHEDULES, PREFIX, Schedule
from heavylift.ports.lanes import Lane
from heavylift.ports.scheduler import Scheduler
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed
from heavylift.service.callback import CallbackChoice, check_callback
from heavylift.service.inputs import Input, OutputOf, check_input
from heavylift.service.references import Want
from heavylift.service.submit import validate_params
from heavylift.tasks.redact import has_secrets
from heavylift.tasks.registry import spec_of
from heavylift.tasks.spec import TaskSpec


@dataclass(frozen=True)
class NewSchedule:
    tenant: str
    name: str
    cron: str | None
    rate: str | None
    timezone: str
    expression: str
    task: str
    params: dict[str, Any]
    input: Input = None
    lane: Lane = Lane.STANDARD
    callback_url: str | None = None
    overlap: str = "skip"


def create_schedule(system: System, scheduler: Scheduler, wanted: NewSchedule) -> Schedule:
    """Create the schedule, with a copy of its input. Raises Refused, with nothing left behind."""
    spec = spec_of(wanted.task)
    params = validate_params(spec, wanted.params)
    _check_params(spec, params)
    found = check_input(system, spec, wanted.tenant, wanted.input)
    if isinstance(found, Want):
        raise Conflict("The job of the input has not ended. Make the schedule when it is DONE.")
    now = system.clock.now()
    schedule_id = new_id(now)
    schedule = Schedule(
        tenant=wanted.tenant,
        name=wanted.name,
        id=schedule_id,
        cron=wanted.cron,
        rate=wanted.rate,
        timezone=wanted.timezone,
        expression=wanted.expression,
        task=wanted.task,
        params=params,
        input=_input_of(wanted, schedule_id) if found else None,
        lane=wanted.lane,
        callback_url=check_callback(system, wanted.callback_url, CallbackChoice()),
        overlap=wanted.overlap,
        created_at=now,
    )
    if found and schedule.input:
        system.objects.copy(found["key"], schedule.input["key"])
    _create_record(system, schedule)
    try:
        finish_creation(system, scheduler, schedule)
    except Exception:
        delete_schedule(system, scheduler, schedule)
        raise
    return schedule


def _check_params(spec: TaskSpec, params: dict[str, Any]) -> None:
    if has_secrets(spec, params):
        raise InvalidRequest.at("/params", "A schedule keeps no secret params.")
    for name in spec.job_params:
        if params.get(name) is not None:
            raise InvalidRequest.at(
                f"/params/{name}", "A job expires, and a schedule does not. Keep the model, and name it."
            )


def _input_of(wanted: NewSchedule, schedule_id: str) -> dict[str, Any]:
    name = wanted.input.output if isinstance(wanted.input, OutputOf) else None
    return {"key": schedule_input_key(wanted.tenant, schedule_id), **({"name": name} if name else {})}


def _create_record(system: System, schedule: Schedule) -> None:
    try:
        system.table.transact(*schedules.create(schedule, now=schedule.created_at))
    except ConditionFailed as clash:
        if schedule.input:
            system.objects.delete(schedule.input["key"])
        if clash.key != schedule.key:
            raise Conflict(f"There are {MAX_SCHEDULES} schedules. Delete one of them first.") from None
        if clash.item and "deleted_at" in clash.item:
            raise Conflict(f"The schedule {schedule.name!r} is being deleted; try again shortly.") from None
        raise Conflict(f"There is a schedule {schedule.name!r}. Delete it first.") from None


def find_schedule(system: System, tenant: str, name: str) -> Schedule:
    """Return the schedule. Raises NotFound."""
    found = load_schedule(system.table, tenant, name)
    if found is None or found.deleted_at is not None:
        raise NotFound(f"There is no schedule {name!r}; GET /v1/schedules lists them.")
    return found


def list_schedules(system: System, tenant: str) -> list[Schedule]:
    """Return the tenant's schedules, by name."""
    items = system.table.list_children(schedules.partition_of(tenant), PREFIX)
    return [Schedule.of(item) for item in items if "deleted_at" not in item]


def pause_schedule(system: System, schedule: Schedule, *, paused: bool) -> Schedule:
    """Pause the schedule, or resume it, and return it. Doing so twice changes nothing."""
    at = system.clock.now() if paused else None
    try:
        return Schedule.of(system.table.update(schedules.pause(schedule, paused_at=at)))
    except ConditionFailed:
        raise NotFound(f"There is no schedule {schedule.name!r}.") from None


def delete_schedule(system: System, scheduler: Scheduler, schedule: Schedule) -> None:
    """Delete the schedule, its entry and its copy of the input. Its jobs stay."""
    try:
        system.table.transact(*schedules.delete(schedule, now=system.clock.now()))
    except ConditionFailed:
        raise NotFound(f"There is no schedule {schedule.name!r}.") from None
    finish_deletion(system, scheduler, schedule)
