"""GET /v1/dead-letters and POST /v1/dead-letters/redrive"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.auth import OperatorCaller
from api.dependencies import ApiContext, ApiContextDep
from api.http import cursor as cursors
from api.http.cursor import Cursor
from api.http.json_body import json_body, json_request_body
from api.http.problems import error_responses
from api.openapi.links import next_page_link
from api.schemas import JobList, Redrive, RedriveResult, RefusedRedrive
from heavylift.ports.table import DEAD
from heavylift.service.dead_letters import Redriven, dead_letters, dead_partition, redrive, redrive_all
from heavylift.service.job_view import view
from heavylift.service.listing import no_such_queue
from heavylift.tasks.registry import spec_of

router = APIRouter(prefix="/v1/dead-letters", tags=["dead letters"])


@router.get(
    "",
    summary="Jobs that failed after their retries",
    responses={
        200: {"description": "A page of them", "links": next_page_link("list_dead_letters")},
        **error_responses(401, 403, 422),
    },
)
def list_dead_letters(
    context: ApiContextDep,
    caller: OperatorCaller,
    task: Annotated[str | None, Query(max_length=64, description="Only of this task")] = None,
    queue: Annotated[str | None, Query(max_length=64, description="Only of this queue")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Cursor = None,
) -> JobList:
    """The last to fail first; `attempts` has the error of each attempt."""
    start = cursors.to_item(cursor, DEAD, dead_partition(caller.tenant))
    found = dead_letters(context.system, caller.tenant, task=task, queue=queue, limit=limit, cursor=start)
    return JobList(
        items=[view(job, context.settings.base_path) for job in found.jobs],
        next=cursors.of_item(found.cursor, DEAD),
    )


@router.post(
    "/redrive",
    summary="Run dead letters again",
    response_description="Which of them run, and why others do not",
    responses=error_responses(401, 403, 404, 413, 415, 422),
    openapi_extra=json_request_body(Redrive),
)
def redrive_dead_letters(
    context: ApiContextDep, caller: OperatorCaller, wanted: Annotated[Redrive, Depends(json_body(Redrive))]
) -> RedriveResult:
    """Some by their ids, or all of a queue or task: then go on with `next` until it is null."""
    if wanted.job_ids:
        return _result(context, redrive(context.system, caller.tenant, wanted.job_ids))
    _require_known(context, wanted)
    start = cursors.to_item(wanted.cursor or None, DEAD, dead_partition(caller.tenant))
    done = redrive_all(
        context.system,
        caller.tenant,
        task=wanted.task or None,
        queue=wanted.queue or None,
        limit=wanted.limit,
        cursor=start,
    )
    return _result(context, done)


def _require_known(context: ApiContext, wanted: Redrive) -> None:
    """A name that was mistyped is told, and does not look like a queue without dead letters."""
    if wanted.task:
        spec_of(wanted.task)
    if wanted.queue and wanted.queue not in context.system.settings.queues:
        raise no_such_queue(wanted.queue)


def _result(context: ApiContext, done: Redriven) -> RedriveResult:
    return RedriveResult(
        jobs=[view(job, context.settings.base_path) for job in done.jobs],
        refused=[
            RefusedRedrive(id=job_id, type=error.type, title=error.title, detail=error.detail)
            for job_id, error in done.refused.items()
        ],
        next=cursors.of_item(done.cursor, DEAD),
    )
