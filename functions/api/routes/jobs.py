"""/v1/jobs: submit, read, list, cancel and retry jobs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from starlette.responses import Response

from api.auth import AuthenticatedCaller, RateLimitedCaller
from api.dependencies import ApiContext, ApiContextDep
from api.http import cursor as cursors
from api.http.cursor import Cursor
from api.http.job_response import body_of, etag_of, has_seen, job_response, retried_response
from api.http.json_body import content_of
from api.http.path_parameters import JobId
from api.http.prefer import Prefer, Preferred
from api.http.search import Search, start_of
from api.http.submission import REQUEST_BODY, SubmissionBodyDep
from api.http.waiting import wait_until
from api.openapi.callback import CALLBACKS
from api.openapi.links import JOB_LINKS, next_page_link
from api.openapi.responses import error_responses, header
from api.schemas.jobs import JobList
from heavylift.errors import InvalidRequest
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.lanes import queue_of
from heavylift.ports.table import TENANT
from heavylift.service.control import cancel, retry
from heavylift.service.delete import delete_job
from heavylift.service.dependents import find_failed_dependents
from heavylift.service.find import find_job, find_jobs
from heavylift.service.job_view import JobView
from heavylift.service.labels import Labels
from heavylift.service.list_view import view_in_list
from heavylift.service.search import search_jobs
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.service.wanted import Wanted
from heavylift.tasks.registry import spec_of

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

MAX_IDS = 100
JOB_HEADERS = {
    "ETag": header("Identifies this state of the job"),
    "Retry-After": header("Seconds to wait before polling again; absent once the job has ended", "integer"),
    "Preference-Applied": header("The preferences that were applied"),
}
LOCATED_JOB_HEADERS = {"Location": header("The URL of the job"), **JOB_HEADERS}


def job_response_doc(description: str, headers: dict[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI description of a job response.

    The body is a reference: FastAPI would build a model again for each route.
    """
    return {
        "description": description,
        "headers": headers,
        "content": content_of(JobView),
        "links": JOB_LINKS,
    }


@router.post(
    "",
    status_code=202,
    summary="Submit a job",
    responses={
        200: job_response_doc("The job ended within the wait", LOCATED_JOB_HEADERS),
        202: job_response_doc(
            "The job is accepted. Poll `Location` after `Retry-After` seconds", LOCATED_JOB_HEADERS
        ),
        **error_responses(401, 403, 404, 409, 410, 413, 415, 422, 429, 503, 504),
    },
    openapi_extra={"requestBody": REQUEST_BODY, "callbacks": CALLBACKS},
)
def submit_job(
    context: ApiContextDep,
    caller: RateLimitedCaller,
    submitted: SubmissionBodyDep,
    prefer: Preferred,
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=255, description="The same key and request return the same job"),
    ] = None,
) -> Response:
    """Send a small file with the job, as a form. Send a large one by `/v1/uploads`, then the job as JSON."""
    wanted = submitted.job
    spec = spec_of(wanted.task)
    with context.reserve_room(queue_of(spec.queue, wanted.lane), caller.tenant, spec.name):
        job = submit(
            context.system,
            Submission(
                tenant=caller.tenant,
                task=wanted.task,
                params=wanted.params,
                input=submitted.input,
                callback_url=wanted.url_of_callback,
                callback=wanted.choice_of_callback,
                deliver=wanted.deliver.to_target() if wanted.deliver else None,
                idempotency_key=idempotency_key,
                labels=Labels(wanted.name, wanted.reference, tuple(wanted.tags), submitted.file_name),
                when=wanted.when,
                deadline_s=wanted.deadline_s,
                expire_in=wanted.expire_in,
                lane=wanted.lane,
            ),
        )
    if prefer.wait_s is not None:
        job, prefer = wait_until(context, job, prefer, lambda now: now.ended)
    return job_response(context, job, prefer, status=200 if prefer.wait_s is not None and job.ended else 202)


@router.get(
    "",
    summary="Your jobs",
    responses={
        200: {"description": "A page of jobs", "links": next_page_link("list_jobs")},
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
    ids: Annotated[
        list[str] | None,
        Query(
            alias="id", max_length=MAX_IDS, description="Only this job; once for each. Alone, in this order"
        ),
    ] = None,
    *,
    search: Annotated[Search, Depends()],
) -> JobList:
    """Newest first, or in the `order` that you ask for.

    A page may hold fewer than `limit` jobs. The list ends when `next` is null. Unknown ids are left out.
    """
    wanted = search.wanted(status, task)
    if ids:
        if wanted != Wanted() or cursor:
            raise InvalidRequest.at("/query/id", "Ids stand alone: no other value chooses jobs beside them.")
        named = find_jobs(context.system, caller.tenant, ids)
        return JobList(items=[view_in_list(job, context.settings.base_path) for job in named], next=None)
    found = search_jobs(
        context.system,
        caller.tenant,
        wanted,
        newest_first=search.order == "newest",
        limit=limit,
        cursor=start_of(cursor, caller.tenant, wanted),
    )
    return JobList(
        items=[view_in_list(job, context.settings.base_path) for job in found.jobs],
        next=cursors.from_item(found.cursor, TENANT),
    )


@router.get(
    "/{job_id:job_id}",
    summary="A job",
    responses={
        200: job_response_doc("The job as it is now", JOB_HEADERS),
        304: {"description": "The job still has the ETag of `If-None-Match`", "headers": JOB_HEADERS},
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
            max_length=1000,
            description="The ETag of the state that you have: 304 while the job has not changed",
        ),
    ] = None,
) -> Response:
    """`Prefer: wait=N` waits until the job differs from `If-None-Match`, or else from its state now."""
    job = find_job(context.system, caller.tenant, job_id)
    if prefer.wait_s:
        job, prefer = _wait_for_change(context, job, prefer, if_none_match)
    return job_response(context, job, prefer, if_none_match=if_none_match)


@router.delete(
    "/{job_id:job_id}",
    summary="Cancel a job",
    responses={
        200: job_response_doc("The job is canceled", LOCATED_JOB_HEADERS),
        **error_responses(401, 403, 404, 409, 410),
    },
)
def cancel_job(job_id: JobId, context: ApiContextDep, caller: AuthenticatedCaller) -> Response:
    """Cancel a job that is PROCESSING, whatever its phase. One that is canceled already stays so (200).

    A job that has ended otherwise does not change (409).
    """
    return job_response(
        context, cancel(context.system, find_job(context.system, caller.tenant, job_id)), Prefer()
    )


@router.post(
    "/{job_id}/retry",
    status_code=202,
    summary="Run a failed or canceled job again",
    responses={
        202: job_response_doc("The job runs again", LOCATED_JOB_HEADERS),
        **error_responses(401, 403, 404, 409, 410, 429, 503),
    },
)
def retry_job(job_id: JobId, context: ApiContextDep, caller: RateLimitedCaller) -> Response:
    """The job starts with its first attempt, at once. Parts that are done do not run again.

    `links.dependents` are jobs that failed because this one had failed: retry them too.
    """
    job = find_job(context.system, caller.tenant, job_id)
    with context.reserve_room(job.queue, caller.tenant, job.task):
        again = retry(context.system, job)
    return retried_response(context, again, find_failed_dependents(context.system, again))


@router.post(
    "/{job_id}/delete",
    status_code=204,
    summary="Delete a finished job",
    responses={204: {"description": "The job is deleted"}, **error_responses(401, 403, 404, 409, 503)},
)
def delete_finished_job(job_id: JobId, context: ApiContextDep, caller: AuthenticatedCaller) -> Response:
    """Delete the job and its outputs at once and for good. A job that is deleted already is left as it is."""
    delete_job(context.system, caller.tenant, job_id)
    return Response(status_code=204)


def _wait_for_change(
    context: ApiContext, job: Job, prefer: Prefer, if_none_match: str | None
) -> tuple[Job, Prefer]:
    """Return the job once it differs from the client's state, or, if that is unknown, from its state now."""
    seen = if_none_match or etag_of(body_of(context, job))

    def differs(now: Job) -> bool:
        return now.ended or not (prefer.strict or has_seen(seen, etag_of(body_of(context, now))))

    return wait_until(context, job, prefer, differs)
