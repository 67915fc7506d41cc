"""/v1/jobs: submit, look at, list, cancel and try again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from api.auth import AuthenticatedCaller, RateLimitedCaller
from api.dependencies import ApiContext, ApiContextDep
from api.http import cursor as cursors
from api.http.cursor import Cursor
from api.http.job_response import answer, body_of, etag_of, has_seen
from api.http.json_body import content_of
from api.http.path_parameters import JobId
from api.http.prefer import Prefer, Preferred
from api.http.problems import error_responses, header
from api.http.submission import REQUEST_BODY, SubmittedIs
from api.openapi.links import OF_A_JOB, next_page_link
from api.schemas import JobList, JobView
from heavylift.jobs.job import Job, Status
from heavylift.ports.table import TENANT
from heavylift.service.control import cancel, retry
from heavylift.service.find import find_job
from heavylift.service.job_view import view
from heavylift.service.listing import newest_jobs, tenant_partition
from heavylift.service.submit import Submission, submit
from heavylift.service.wait import wait_for
from heavylift.tasks.registry import spec_of

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

SHOWN = {
    "ETag": header("This state of the job"),
    "Retry-After": header("Seconds until it may have ended; as long as it has not", "integer"),
    "Preference-Applied": header("What of `Prefer` was honoured"),
}
PLACED = {"Location": header("Where the job is"), **SHOWN}


def a_job(description: str, headers: dict[str, Any]) -> dict[str, Any]:
    """A response's part of the OpenAPI document. By reference: a model would be built anew for each."""
    return {
        "description": description,
        "headers": headers,
        "content": content_of(JobView),
        "links": OF_A_JOB,
    }


@router.post(
    "",
    status_code=202,
    summary="Submit a job",
    responses={
        200: a_job("It has ended within the wait", PLACED),
        202: a_job("Accepted: poll `Location`, not before `Retry-After` seconds", PLACED),
        **error_responses(401, 403, 404, 409, 410, 413, 415, 422, 429, 503, 504),
    },
    openapi_extra={"requestBody": REQUEST_BODY},
)
def submit_job(
    context: ApiContextDep,
    caller: RateLimitedCaller,
    submitted: SubmittedIs,
    prefer: Preferred,
    idempotency_key: Annotated[
        str | None, Header(min_length=1, max_length=255, description="Same key and request: the same job")
    ] = None,
) -> Response:
    """Small files come with the request, as a form; larger ones by `/v1/uploads`, and the job as JSON."""
    wanted = submitted.job
    spec = spec_of(wanted.task)
    with context.gauge.reserve(spec.queue, retry_after_s=_soon(context, caller.tenant, spec.name)):
        job = submit(
            context.system,
            Submission(
                tenant=caller.tenant,
                task=wanted.task,
                params=wanted.params,
                input=submitted.input,
                callback_url=wanted.callback_url,
                idempotency_key=idempotency_key,
            ),
        )
    if prefer.wait_s is not None:
        job = wait_for(context.system, job, prefer.wait_s, lambda now: now.ended)
    return answer(context, job, prefer, status=200 if prefer.wait_s is not None and job.ended else 202)


@router.get(
    "",
    summary="Your jobs, newest first",
    responses={
        200: {"description": "A page of them", "links": next_page_link("list_jobs")},
        **error_responses(401, 403, 422),
    },
)
def list_jobs(
    context: ApiContextDep,
    caller: AuthenticatedCaller,
    status: Annotated[Status | None, Query(description="Only jobs of this status")] = None,
    task: Annotated[str | None, Query(max_length=64, description="Only jobs of this task")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Cursor = None,
) -> JobList:
    """A page may hold fewer than `limit`; the list is at its end when `next` is null."""
    start = cursors.to_item(cursor, TENANT, tenant_partition(caller.tenant))
    found = newest_jobs(context.system, caller.tenant, status=status, task=task, limit=limit, cursor=start)
    return JobList(
        items=[view(job, context.settings.base_path) for job in found.jobs],
        next=cursors.of_item(found.cursor, TENANT),
    )


@router.get(
    "/{job_id}",
    summary="A job",
    responses={
        200: a_job("As it is now", SHOWN),
        304: {"description": "It is as `If-None-Match` says", "headers": SHOWN},
        **error_responses(401, 403, 404, 410, 422, 504),
    },
)
def get_job(
    job_id: JobId,
    context: ApiContextDep,
    caller: AuthenticatedCaller,
    prefer: Preferred,
    if_none_match: Annotated[
        str | None,
        Header(
            max_length=1000, description="An ETag you have: 304 if the job is still so. `wait` goes by it."
        ),
    ] = None,
) -> Response:
    """With `Prefer: wait=N` and no `If-None-Match` it waits for the first change from now on."""
    job = find_job(context.system, caller.tenant, job_id)
    if prefer.wait_s:
        job = _waited(context, job, prefer, if_none_match)
    return answer(context, job, prefer, if_none_match=if_none_match)


@router.delete(
    "/{job_id}",
    summary="Cancel a job",
    responses={200: a_job("Canceled", PLACED), **error_responses(401, 403, 404, 409, 410)},
)
def cancel_job(job_id: JobId, context: ApiContextDep, caller: AuthenticatedCaller) -> Response:
    """Queued or running; a job that has ended stays as it is (409)."""
    return answer(context, cancel(context.system, find_job(context.system, caller.tenant, job_id)), Prefer())


@router.post(
    "/{job_id}/retry",
    status_code=202,
    summary="Run a job that failed or was canceled again",
    responses={202: a_job("It runs again", PLACED), **error_responses(401, 403, 404, 409, 410, 429, 503)},
)
def retry_job(job_id: JobId, context: ApiContextDep, caller: RateLimitedCaller) -> Response:
    """From its first attempt on; of a job in parts only those that are not done."""
    job = find_job(context.system, caller.tenant, job_id)
    with context.gauge.reserve(job.queue, retry_after_s=_soon(context, caller.tenant, job.task)):
        again = retry(context.system, job)
    return answer(context, again, Prefer(), status=202)


def _waited(context: ApiContext, job: Job, prefer: Prefer, if_none_match: str | None) -> Job:
    """Until it differs from what the client has seen, or else from what it is now."""
    seen = if_none_match or etag_of(body_of(context, job))

    def enough(now: Job) -> bool:
        return now.ended or not (prefer.strict or has_seen(seen, etag_of(body_of(context, now))))

    return wait_for(context.system, job, prefer.wait_s or 0, enough)


def _soon(context: ApiContext, tenant: str, task: str) -> int:
    """When a full queue may have room again: a job's run time from now."""
    return max(1, min(60, round(context.pace.median_run_time(tenant, task))))
