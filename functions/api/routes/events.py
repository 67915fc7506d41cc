"""GET /v1/jobs/{id}/events: what happened to a job, and when."""

from __future__ import annotations

from fastapi import APIRouter

from api.auth import AuthenticatedCaller
from api.dependencies import ApiContext, ApiContextDep
from api.http.path_parameters import JobId
from api.openapi.responses import error_responses
from api.schemas.events import EventList
from heavylift.errors import HeavyliftError
from heavylift.job_store.pauses import load_pauses
from heavylift.jobs.job import Job
from heavylift.service.event import view_event
from heavylift.service.find import find_job
from heavylift.service.part_events import read_parts
from heavylift.service.story import Line, is_waiting, tell_story

router = APIRouter(prefix="/v1/jobs/{job_id}/events", tags=["jobs"])


@router.get(
    "",
    summary="What happened to a job",
    responses={200: {"description": "The events, oldest first"}, **error_responses(401, 403, 404, 410)},
)
def list_events(job_id: JobId, context: ApiContextDep, caller: AuthenticatedCaller) -> EventList:
    """The whole story in one answer. A job of more than 20 parts has their numbers instead of each part."""
    job = find_job(context.system, caller.tenant, job_id)
    parts = read_parts(context.system, job)
    now = context.system.clock.now()
    story = tell_story(job, parts, _read_line(context, job, now), now)
    return EventList(items=[view_event(event) for event in story])


def _read_line(context: ApiContext, job: Job, now: float) -> Line | None:
    """Return the line in which the job waits; None if it does not wait, or if SQS gives no count."""
    if not is_waiting(job, now):
        return None
    try:
        depth = context.system.queue.get_depth(job.queue)
        paused = load_pauses(context.system.table, job.queue).since is not None
    except HeavyliftError:  # an estimate must not fail the request
        return None
    return Line(
        depth.visible, None if paused else context.run_times.estimate_start(job, depth), paused=paused
    )
