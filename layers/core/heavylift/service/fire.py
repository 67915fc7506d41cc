"""A time of a schedule has come: submit its job, once however often the scheduler fires."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from heavylift.errors import Refused
from heavylift.job_store.load import load_job
from heavylift.job_store.schedules import load_schedule
from heavylift.jobs import schedules
from heavylift.jobs.schedules import Schedule
from heavylift.ports.lanes import Lane
from heavylift.ports.scheduler import Scheduler
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed
from heavylift.service.inputs import KeptInput
from heavylift.service.labels import MAX_TAG_CHARS, Labels
from heavylift.service.submission import Submission
from heavylift.service.submit import submit

MINUTE_S = 60


class Fired(StrEnum):
    """What came of it; also the name of a metric."""

    SUBMITTED = "ScheduledRuns"
    AGAIN = "ScheduledRunsFiredAgain"
    SKIPPED = "ScheduledRunsSkipped"
    PAUSED = "ScheduledRunsPaused"
    REFUSED = "ScheduledRunsRefused"
    UNKNOWN = "ScheduledRunsUnknown"


def fire(system: System, scheduler: Scheduler, event: Mapping[str, str]) -> Fired:
    """Submit the job of the time that the event names. Raises Throttled: the scheduler fires again."""
    schedule = load_schedule(system.table, event["tenant"], event["name"])
    if schedule is None or schedule.id != event["id"] or schedule.deleted_at is not None:
        scheduler.delete(event["id"])  # a late call has made the entry after its deletion
        return Fired.UNKNOWN
    if schedule.paused_at is not None:
        return Fired.PAUSED
    at = _time_of(event.get("time", ""), system.clock.now())
    if schedule.fired_at == at:
        return Fired.AGAIN
    if schedule.overlap == "skip" and _is_open(system, schedule):
        _note(system, schedule, at, skipped_at=at)
        return Fired.SKIPPED
    try:
        job = submit(system, _submission(schedule, at))
    except Refused as reason:
        why = {"at": at, "type": reason.type, "title": reason.title, "detail": reason.detail}
        _note(system, schedule, at, refused=why)
        return Fired.REFUSED
    _note(system, schedule, at, last_job=job.id)
    return Fired.SUBMITTED


def _time_of(text: str, now: float) -> float:
    """Return the time that the scheduler names. An emulator may name none: then it is the current minute."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return now // MINUTE_S * MINUTE_S


def _is_open(system: System, schedule: Schedule) -> bool:
    job = load_job(system.table, schedule.last_job) if schedule.last_job else None
    return job is not None and not job.ended


def _submission(schedule: Schedule, at: float) -> Submission:
    kept = schedule.input
    return Submission(
        tenant=schedule.tenant,
        task=schedule.task,
        params=schedule.params,
        input=KeptInput(kept["key"]) if kept else None,
        callback_url=schedule.callback_url,
        idempotency_key=f"schedule {schedule.id} {at:.0f}",
        labels=Labels(
            tags=(f"schedule:{schedule.name}"[:MAX_TAG_CHARS],), file_name=(kept or {}).get("name")
        ),
        lane=Lane(schedule.lane),
    )


def _note(system: System, schedule: Schedule, at: float, **facts: object) -> None:
    try:
        system.table.update(schedules.note_run(schedule, at=at, facts=facts))
    except ConditionFailed:
        return  # a later time is recorded, or the schedule was deleted meanwhile
