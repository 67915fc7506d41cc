"""GET /v1/dead-letters and POST /v1/dead-letters/redrive: the jobs that failed after their retries."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.auth import OperatorCaller
from api.dependencies import ApiContext, ApiContextDep
from api.http import cursor as cursors
from api.http.cursor import Cursor
from api.http.json_body import json_body, json_request_body
from api.openapi.links import next_page_link
from api.openapi.responses import error_responses
from api.schemas.jobs import JobList
from api.schemas.redrive import Redrive, RedriveResult, RefusedRedrive
from heavylift.ports.table import DEAD
from heavylift.service.dead_letters import (
    RedriveOutcome,
    dead_partition,
    query_dead_letters,
    redrive,
    redrive_all,
)
from heavylift.service.list_view import view_in_list
from heavylift.service.listing import unknown_queue
from heavylift.tasks.registry import queue_names, spec_of

router = APIRouter(prefix="/v1/dead-letters", tags=["dead letters"])


@router.get(
    "",
    summary="Jobs that failed after their retries",
    responses={
        200: {"description": "A page of dead letters", "links": next_page_link("list_dead_letters")},
        **error_responses(401, 403, 422),
    },
)
def list_dead_letters(
    context: ApiContextDep,
    caller: OperatorCaller,
    task: Annotated[str | None, Query(max_length=64, description="Only dead letters of this task")] = None,
    queue: Annotated[str | None, Query(max_length=64, description="Only dead letters of this queue")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Cursor = None,
) -> JobList:
    """The latest failure comes first. `attempts` has the error of each attempt."""
    start = cursors.to_item(cursor, DEAD, dead_partition(caller.tenant))
    found = query_dead_letters(
        context.system, caller.tenant, task=task, queue=queue, limit=limit, cursor=start
    )
    return JobList(
        items=[view_in_list(job, context.settings.base_path) for job in found.jobs],
        next=cursors.from_item(found.cursor, DEAD),
    )


@router.post(
    "/redrive",
    summary="Run dead letters again",
    response_description="The jobs that run again, and the refused ones with their reasons",
    responses=error_responses(401, 403, 404, 413, 415, 422),
    openapi_extra=json_request_body(Redrive),
)
def redrive_dead_letters(
    context: ApiContextDep, caller: OperatorCaller, wanted: Annotated[Redrive, Depends(json_body(Redrive))]
) -> RedriveResult:
    """Name jobs by their ids, or a queue, a task or both. In the second case, go on until `next` is null."""
    if wanted.job_ids:
        return _redrive_result(context, redrive(context.system, caller.tenant, wanted.job_ids))
    _require_known(wanted)
    start = cursors.to_item(wanted.cursor or None, DEAD, dead_partition(caller.tenant), "/cursor")
    done = redrive_all(
        context.system,
        caller.tenant,
        task=wanted.task or None,
        queue=wanted.queue or None,
        limit=wanted.limit,
        cursor=start,
    )
    return _redrive_result(context, done)


def _require_known(wanted: Redrive) -> None:
    """Raise NotFound for an unknown task or queue. It would look like one without dead letters."""
    if wanted.task:
        spec_of(wanted.task)
    if wanted.queue and wanted.queue not in queue_names():
        raise unknown_queue(wanted.queue)


def _redrive_result(context: ApiContext, done: RedriveOutcome) -> RedriveResult:
    return RedriveResult(
        jobs=[view_in_list(job, context.settings.base_path) for job in done.jobs],
        refused=RefusedRedrive.list_of(done.refused),
        next=cursors.from_item(done.cursor, DEAD),
    )
