"""/v1/schedules: jobs that are submitted again and again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.auth import AuthenticatedCaller, RateLimitedCaller
from api.dependencies import ApiContext, ApiContextDep
from api.http.json_body import json_body, json_request_body
from api.http.path_parameters import path_of
from api.http.submission import to_input
from api.openapi.responses import error_responses
from api.recurrence import find_next_runs, read_timezone, to_expression
from api.schemas.schedules import NAME, LastRun, NewSchedule, RefusedRun, ScheduleList, ScheduleView
from heavylift.jobs.schedules import Schedule
from heavylift.service import schedules
from heavylift.service.times import to_datetime
from heavylift.tasks.redact import redact_params

router = APIRouter(prefix="/v1/schedules", tags=["schedules"])

Name = Annotated[str, path_of(NAME, "Its name", "nightly")]


@router.post(
    "",
    status_code=201,
    summary="Make a schedule",
    response_description="The schedule",
    responses=error_responses(401, 403, 404, 409, 410, 413, 415, 422, 429, 503),
    openapi_extra=json_request_body(NewSchedule),
)
def create_schedule(
    context: ApiContextDep,
    caller: RateLimitedCaller,
    wanted: Annotated[NewSchedule, Depends(json_body(NewSchedule))],
) -> ScheduleView:
    """Each run is a job of yours with the tag `schedule:NAME`. An input is copied, and the copy kept."""
    zone = read_timezone(wanted.timezone)
    made = schedules.create_schedule(
        context.system,
        context.get_scheduler(),
        schedules.NewSchedule(
            tenant=caller.tenant,
            name=wanted.name,
            cron=wanted.cron,
            rate=wanted.rate,
            timezone=wanted.timezone,
            expression=to_expression(wanted.cron, wanted.rate, zone, context.system.clock.now()),
            task=wanted.task,
            params=wanted.params,
            input=to_input(wanted.input),
            lane=wanted.lane,
            callback_url=wanted.callback_url,
            overlap=wanted.overlap,
        ),
    )
    return _view(context, made)


@router.get(
    "", summary="Your schedules", response_description="All schedules", responses=error_responses(401, 403)
)
def list_schedules(context: ApiContextDep, caller: AuthenticatedCaller) -> ScheduleList:
    """By name."""
    found = schedules.list_schedules(context.system, caller.tenant)
    return ScheduleList(items=[_view(context, each) for each in found])


@router.get(
    "/{name}",
    summary="A schedule",
    response_description="The schedule",
    responses=error_responses(401, 403, 404),
)
def get_schedule(name: Name, context: ApiContextDep, caller: AuthenticatedCaller) -> ScheduleView:
    """Its next runs, and what came of the last."""
    return _view(context, schedules.find_schedule(context.system, caller.tenant, name))


@router.post(
    "/{name}/pause",
    summary="Pause a schedule",
    response_description="The schedule, paused",
    responses=error_responses(401, 403, 404),
)
def pause_schedule(name: Name, context: ApiContextDep, caller: AuthenticatedCaller) -> ScheduleView:
    """No run is submitted until it is resumed. What is missed is not made up for."""
    found = schedules.find_schedule(context.system, caller.tenant, name)
    return _view(context, schedules.pause_schedule(context.system, found, paused=True))


@router.post(
    "/{name}/resume",
    summary="Resume a schedule",
    response_description="The schedule",
    responses=error_responses(401, 403, 404),
)
def resume_schedule(name: Name, context: ApiContextDep, caller: AuthenticatedCaller) -> ScheduleView:
    """It goes on with its next time."""
    found = schedules.find_schedule(context.system, caller.tenant, name)
    return _view(context, schedules.pause_schedule(context.system, found, paused=False))


@router.delete(
    "/{name}",
    status_code=204,
    summary="Delete a schedule",
    response_description="The schedule is deleted",
    responses=error_responses(401, 403, 404, 503),
)
def delete_schedule(name: Name, context: ApiContextDep, caller: AuthenticatedCaller) -> Response:
    """Its jobs stay."""
    found = schedules.find_schedule(context.system, caller.tenant, name)
    schedules.delete_schedule(context.system, context.get_scheduler(), found)
    return Response(status_code=204)


def _view(context: ApiContext, schedule: Schedule) -> ScheduleView:
    refused: dict[str, Any] | None = schedule.refused
    return ScheduleView(
        name=schedule.name,
        cron=schedule.cron,
        rate=schedule.rate,
        timezone=schedule.timezone,
        task=schedule.task,
        params=redact_params(schedule.task, schedule.params),
        lane=schedule.lane,
        overlap=schedule.overlap,
        created_at=schedule.created_at,
        paused_since=to_datetime(schedule.paused_at),
        next_runs=find_next_runs(schedule, context.system.clock.now()),
        last_run=None
        if schedule.fired_at is None
        else LastRun(at=to_datetime(schedule.fired_at), job_id=schedule.last_job),
        skipped_at=to_datetime(schedule.skipped_at),
        refused=RefusedRun(**refused) if refused else None,
    )
