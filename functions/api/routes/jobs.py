"""/v1/jobs: submit, look at, list, cancel and try again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from api.auth import CallerIs, ClientIs
from api.dependencies import Desk, DeskIs
from api.http import cursor as cursors
from api.http.cursor import Cursor
from api.http.job_response import answer, body_of, etag_of, has_seen
from api.http.json_body import content_of
from api.http.path_parameters import JobId
from api.http.prefer import Prefer, Preferred
from api.http.problems import documented, header
from api.http.submission import REQUEST_BODY, SubmittedIs
from api.openapi.links import OF_A_JOB, following
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
        **documented(401, 403, 404, 409, 410, 413, 415, 422, 429, 503, 504),
    },
    openapi_extra={"requestBody": REQUEST_BODY},
)
def submit_job(
    desk: DeskIs,
    caller: ClientIs,
    submitted: SubmittedIs,
    prefer: Preferred,
    idempotency_key: Annotated[
        str | None, Header(min_length=1, max_length=255, description="Same key and request: the same job")
    ] = None,
) -> Response:
    """Small files come with the request, as a form; larger ones by `/v1/uploads`, and the job as JSON."""
    wanted = submitted.job
    spec = spec_of(wanted.task)
    with desk.gauge.room(spec.queue, retry_after_s=_soon(desk, caller.tenant, spec.name)):
        job = submit(
            desk.system,
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
        job = wait_for(desk.system, job, prefer.wait_s, lambda now: now.ended)
    return answer(desk, job, prefer, status=200 if prefer.wait_s is not None and job.ended else 202)


@router.get(
    "",
    summary="Your jobs, newest first",
    responses={
        200: {"description": "A page of them", "links": following("list_jobs")},
        **documented(401, 403, 422),
    },
)
def list_jobs(
    desk: DeskIs,
    caller: CallerIs,
    status: Annotated[Status | None, Query(description="Only jobs of this status")] = None,
    task: Annotated[str | None, Query(max_length=64, description="Only jobs of this task")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Cursor = None,
) -> JobList:
    """A page may hold fewer than `limit`; the list is at its end when `next` is null."""
    start = cursors.to_item(cursor, TENANT, tenant_partition(caller.tenant))
    found = newest_jobs(desk.system, caller.tenant, status=status, task=task, limit=limit, cursor=start)
    return JobList(
        items=[view(job, desk.settings.base_path) for job in found.jobs],
        next=cursors.of_item(found.cursor, TENANT),
    )


@router.get(
    "/{job_id}",
    summary="A job",
    responses={
        200: a_job("As it is now", SHOWN),
        304: {"description": "It is as `If-None-Match` says", "headers": SHOWN},
        **documented(401, 403, 404, 410, 422, 504),
    },
)
def get_job(
    job_id: JobId,
    desk: DeskIs,
    caller: CallerIs,
    prefer: Preferred,
    if_none_match: Annotated[
        str | None,
        Header(
            max_length=1000, description="An ETag you have: 304 if the job is still so. `wait` goes by it."
        ),
    ] = None,
) -> Response:
    """With `Prefer: wait=N` and no `If-None-Match` it waits for the first change from now on."""
    job = find_job(desk.system, caller.tenant, job_id)
    if prefer.wait_s:
        job = _waited(desk, job, prefer, if_none_match)
    return answer(desk, job, prefer, if_none_match=if_none_match)


@router.delete(
    "/{job_id}",
    summary="Cancel a job",
    responses={200: a_job("Canceled", PLACED), **documented(401, 403, 404, 409, 410)},
)
def cancel_job(job_id: JobId, desk: DeskIs, caller: CallerIs) -> Response:
    """Queued or running; a job that has ended stays as it is (409)."""
    return answer(desk, cancel(desk.system, find_job(desk.system, caller.tenant, job_id)), Prefer())


@router.post(
    "/{job_id}/retry",
    status_code=202,
    summary="Run a job that failed or was canceled again",
    responses={202: a_job("It runs again", PLACED), **documented(401, 403, 404, 409, 410, 429, 503)},
)
def retry_job(job_id: JobId, desk: DeskIs, caller: ClientIs) -> Response:
    """From its first attempt on; of a job in parts only those that are not done."""
    job = find_job(desk.system, caller.tenant, job_id)
    with desk.gauge.room(job.queue, retry_after_s=_soon(desk, caller.tenant, job.task)):
        again = retry(desk.system, job)
    return answer(desk, again, Prefer(), status=202)


def _waited(desk: Desk, job: Job, prefer: Prefer, if_none_match: str | None) -> Job:
    """Until it differs from what the client has seen, or else from what it is now."""
    seen = if_none_match or etag_of(body_of(desk, job))

    def enough(now: Job) -> bool:
        return now.ended or not (prefer.strict or has_seen(seen, etag_of(body_of(desk, now))))

    return wait_for(desk.system, job, prefer.wait_s or 0, enough)


def _soon(desk: Desk, tenant: str, task: str) -> int:
    """When a full queue may have room again: a job's run time from now."""
    return max(1, min(60, round(desk.pace.run_time(tenant, task))))
