"""GET /v1/jobs/{id}/outputs.zip: all outputs of a job as one file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from starlette.responses import RedirectResponse, Response

from api.admission.rate_limit import check_rate_limit
from api.auth import AuthenticatedCaller
from api.dependencies import ApiContext, ApiContextDep
from api.http.head_requests import is_head
from api.http.job_response import job_response
from api.http.json_body import content_of
from api.http.output_urls import name_output, presign_output
from api.http.path_parameters import JobId
from api.http.prefer import Prefer, Preferred
from api.http.waiting import wait_until
from api.openapi.responses import error_responses, header
from api.schemas.outputs import OutputView
from heavylift.errors import Conflict
from heavylift.job_store.manifest import load_manifest
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.service.find import find_job
from heavylift.service.job_view import JobView
from heavylift.service.outputs_zip import ZIP_TASK, create_zip, find_zip
from heavylift.tasks.registry import spec_of

router = APIRouter(prefix="/v1/jobs", tags=["outputs"])


RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Where the zip is, for `Accept: application/json`",
        "content": content_of(OutputView),
    },
    307: {
        "description": "A redirect to the zip",
        "headers": {"Location": header("A presigned URL: needs no key, valid for at most an hour")},
    },
    202: {
        "description": "The zip is being made, by this job. Ask again after `Retry-After` seconds",
        "headers": {
            "Location": header("The URL of the job that makes the zip"),
            "Retry-After": header("Seconds to wait before asking again", "integer"),
            "Preference-Applied": header("The preferences that were applied"),
        },
        "content": content_of(JobView),
    },
    **error_responses(401, 403, 404, 409, 410, 413, 422, 429, 503, 504),
}
Accept = Annotated[
    str, Header(max_length=1000, description="`application/json` gives the URL instead of a redirect")
]


@router.get(
    "/{job_id}/outputs.zip",
    status_code=307,
    response_class=RedirectResponse,
    summary="All outputs as one zip",
    responses=RESPONSES,
)
def get_outputs_zip(
    job_id: JobId,
    context: ApiContextDep,
    caller: AuthenticatedCaller,
    prefer: Preferred,
    request: Request,
    accept: Accept = "*/*",
) -> Response:
    """The first request starts a job that makes the zip. The zip is kept and deleted with the job's outputs.

    `Prefer: wait=N` waits until the zip is made.
    """
    job = find_job(context.system, caller.tenant, job_id)
    return zip_response(context, job, prefer, accept, head=is_head(request))


def zip_response(context: ApiContext, job: Job, prefer: Prefer, accept: str, *, head: bool) -> Response:
    """Return a redirect to the zip of a job or batch, or the job that makes it. Raises Refused."""
    made = find_zip(context.system, job) or _create(context, job)
    if prefer.wait_s:
        made, prefer = wait_until(context, made, prefer, lambda now: now.ended)
    if made.status == Status.DONE:
        return _lead_to(context, made, accept, head=head)
    if made.ended:
        raise Conflict(f"The zip could not be made: its job {made.id} is {made.status}.")
    return job_response(context, made, prefer, status=202)


def _lead_to(context: ApiContext, made: Job, accept: str, *, head: bool) -> Response:
    """Return a redirect to the zip. A script can't see where a redirect leads: it asks for JSON."""
    [output] = load_manifest(context.system.objects, made)
    url, headers = presign_output(context, made, output, head=head), {"Vary": "Accept"}
    if "application/json" not in accept:
        return RedirectResponse(url, 307, headers)
    shown = OutputView(**asdict(output), download_name=name_output(made, output), url=url)
    return Response(shown.model_dump_json(), 200, headers, "application/json")


def _create(context: ApiContext, job: Job) -> Job:
    """Submit the job that makes the zip. It counts as any submission does."""
    spec = spec_of(ZIP_TASK)
    check_rate_limit(context.system, job.tenant, context.settings.requests_per_minute)
    with context.reserve_room(spec.queue, job.tenant, spec.name):
        return create_zip(context.system, job)
