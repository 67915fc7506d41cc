"""/v1/jobs/cancel, /retry, /delete and /counts: many jobs in one call.

No job has such an id: ids are UUIDs. `path_parameters.py` keeps these words from the path of a job.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.auth import AuthenticatedCaller, RateLimitedCaller
from api.dependencies import ApiContext, ApiContextDep
from api.http import cursor as cursors
from api.http.cursor import Cursor
from api.http.json_body import json_body, json_request_body
from api.http.search import Filter, start_of
from api.openapi.links import next_page_link
from api.openapi.responses import error_responses
from api.schemas.bulk import JobCounts, ManyJobs, ManyResult, StatusCounts
from api.schemas.refused import RefusedJob
from heavylift.errors import InvalidRequest
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.table import TENANT
from heavylift.service import counts
from heavylift.service.bulk import (
    CANCEL,
    DELETE,
    RETRY,
    Act,
    ActedOn,
    act_on_ids,
    act_on_wanted,
    cursor_after,
)

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

IDS = "IDS"
"""What the cursors of calls with ids are marked with."""
ManyJobsDep = Annotated[ManyJobs, Depends(json_body(ManyJobs))]
RESPONSES = error_responses(401, 403, 413, 415, 422, 503)
BODY = json_request_body(ManyJobs)


@router.get(
    "/counts",
    summary="How many jobs you have",
    responses={
        200: {"description": "The counts", "links": next_page_link("count_jobs")},
        **error_responses(401, 403, 422),
    },
)
def count_jobs(
    context: ApiContextDep,
    caller: AuthenticatedCaller,
    task: Annotated[str | None, Query(max_length=64, description="Only jobs of this task")] = None,
    cursor: Cursor = None,
    *,
    search: Annotated[Filter, Depends()],
) -> JobCounts:
    """Of each status. One call counts 10,000 jobs at most, of a tag or a reference 1,000: the newest."""
    wanted = search.wanted(None, task)
    start = start_of(cursor, caller.tenant, wanted)
    found = counts.count_jobs(context.system, caller.tenant, wanted, cursor=start)
    return JobCounts(
        counts=StatusCounts(**{status.value: found.by_status[status] for status in Status}),
        total=found.by_status.total(),
        at_least=found.cursor is not None,
        next=cursors.from_item(found.cursor, TENANT),
    )


@router.post(
    "/cancel",
    summary="Cancel many jobs",
    response_description="The canceled jobs, and the refused ones with their reasons",
    responses=RESPONSES,
    openapi_extra=BODY,
)
def cancel_jobs(context: ApiContextDep, caller: AuthenticatedCaller, wanted: ManyJobsDep) -> ManyResult:
    """Name jobs, or a filter: of its jobs, those that are PROCESSING. Go on until `next` is null."""
    return _act(context, caller.tenant, CANCEL, wanted)


@router.post(
    "/retry",
    summary="Run many failed or canceled jobs again",
    response_description="The jobs that run again, and the refused ones with their reasons",
    responses=RESPONSES,
    openapi_extra=BODY,
)
def retry_jobs(context: ApiContextDep, caller: RateLimitedCaller, wanted: ManyJobsDep) -> ManyResult:
    """Name jobs, or a filter: of its jobs, those that are FAILED or CANCELED. Go on until `next` is null.

    A job for which its queue has no room is refused.
    """
    return _act(context, caller.tenant, RETRY, wanted)


@router.post(
    "/delete",
    summary="Delete many finished jobs",
    response_description="The deleted jobs, and the refused ones with their reasons",
    responses=RESPONSES,
    openapi_extra=BODY,
)
def delete_jobs(context: ApiContextDep, caller: AuthenticatedCaller, wanted: ManyJobsDep) -> ManyResult:
    """Name jobs, or a filter: of its jobs, those that are finished. Go on until `next` is null.

    They are deleted with their outputs, at once and for good.
    """
    return _act(context, caller.tenant, DELETE, wanted)


def _act(context: ApiContext, tenant: str, act: Act, wanted: ManyJobs) -> ManyResult:

    def reserve(job: Job) -> AbstractContextManager[None]:
        return context.reserve_room(job.queue, job.tenant, job.task)

    if wanted.job_ids:
        after = _parse_position(wanted)
        done = act_on_ids(context.system, tenant, act, wanted.job_ids, after=after, reserve=reserve)
        return _result(done, cursors.encode([done.last], IDS) if done.last else None)
    searched = wanted.filter.wanted()
    if searched.status not in (None, *act.takes):
        detail = f"No {searched.status} job can be taken: only {' or '.join(sorted(act.takes))} ones."
        raise InvalidRequest.at("/filter/status", detail)
    start = start_of(wanted.cursor or None, tenant, searched, "/cursor")
    done = act_on_wanted(
        context.system, tenant, act, searched, limit=wanted.limit, cursor=start, reserve=reserve
    )
    return _result(done, cursors.from_item(cursor_after(tenant, done), TENANT))


def _parse_position(wanted: ManyJobs) -> str | None:
    """Return the id after which a call with ids goes on. Raises InvalidRequest for an unknown cursor."""
    if not wanted.cursor:
        return None
    [last] = cursors.decode(wanted.cursor, IDS, str, pointer="/cursor")
    if last not in wanted.job_ids:
        raise cursors.unknown_cursor("/cursor")
    return str(last)


def _result(done: ActedOn, cursor: str | None) -> ManyResult:
    return ManyResult(
        job_ids=done.job_ids,
        refused=RefusedJob.list_of(done.refused),
        next=cursor,
    )
