"""GET /v1/jobs/{id}/outputs and /outputs/{name}: the files that a job made."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse

from api.auth import AuthenticatedCaller
from api.dependencies import ApiContext, ApiContextDep
from api.http import cursor as cursors
from api.http.cursor import Cursor
from api.http.head_requests import is_head
from api.http.path_parameters import JobId
from api.openapi.links import OUTPUT_LINKS
from api.openapi.responses import error_responses, header
from api.schemas.outputs import OutputPage, OutputView
from heavylift.errors import NotFound
from heavylift.job_store.manifest import Output, load_manifest
from heavylift.jobs.job import Job
from heavylift.jobs.object_keys import output_key
from heavylift.service.find import find_job
from heavylift.service.labels import name_download

router = APIRouter(prefix="/v1/jobs/{job_id}/outputs", tags=["outputs"])

URL_TTL_S = 3600


@router.get(
    "",
    summary="The outputs of a job",
    responses={
        200: {"description": "A page of outputs", "links": OUTPUT_LINKS},
        **error_responses(401, 403, 404, 410, 422),
    },
)
def list_outputs(
    job_id: JobId,
    context: ApiContextDep,
    caller: AuthenticatedCaller,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Cursor = None,
) -> OutputPage:
    """Empty until the job is DONE. Every output can be fetched until the job's `expires_at`."""
    job = find_job(context.system, caller.tenant, job_id)
    outputs = load_manifest(context.system.objects, job)
    start = _parse_position(cursor, job, len(outputs))
    page = outputs[start : start + limit]
    next_start = start + limit
    return OutputPage(
        items=[
            OutputView(
                name=each.name,
                media_type=each.media_type,
                bytes=each.bytes,
                download_name=_name_download(job, each),
                url=_presign(context, job, each),
            )
            for each in page
        ],
        count=len(outputs),
        next=cursors.encode([next_start], _list_name(job)) if next_start < len(outputs) else None,
    )


@router.get(
    "/{name}",
    status_code=307,
    response_class=RedirectResponse,
    summary="One output",
    responses={
        307: {
            "description": "A redirect to the output",
            "headers": {"Location": header("A presigned URL: needs no key, valid for at most an hour")},
        },
        **error_responses(401, 403, 404, 410),
    },
)
def get_output(
    job_id: JobId,
    name: Annotated[str, Path(description="The output's name")],
    context: ApiContextDep,
    caller: AuthenticatedCaller,
    request: Request,
) -> RedirectResponse:
    job = find_job(context.system, caller.tenant, job_id)
    for output in load_manifest(context.system.objects, job):
        if output.name == name:
            return RedirectResponse(_presign(context, job, output, head=is_head(request)), 307)
    raise NotFound(f"The job has no output {name!r}. Its status is {job.status}.")


def _presign(context: ApiContext, job: Job, output: Output, *, head: bool = False) -> str:
    """Return a URL of the output, for GET or HEAD.

    It ends after an hour, with the job, or with the signer's credentials.
    """
    now = context.system.clock.now()
    objects = context.system.objects
    ends_at = objects.signed_until(min(now + URL_TTL_S, job.gone_at))
    sign = objects.presign_head if head else objects.presign_get
    return sign(
        output_key(job.id, output.name),
        filename=_name_download(job, output),
        media_type=output.media_type,
        seconds=max(1, int(ends_at - now)),
    )


def _name_download(job: Job, output: Output) -> str:
    return name_download(job.input.get("name") if job.input else job.name, output.name)


def _list_name(job: Job) -> str:
    return f"OUTPUTS#{job.id}"


def _parse_position(cursor: str | None, job: Job, count: int) -> int:
    """Return the position of a cursor in the job's outputs. Raises InvalidRequest if it is not valid."""
    if cursor is None:
        return 0
    [position] = cursors.decode(cursor, _list_name(job), int)
    if not 0 < position < count:
        raise cursors.unknown_cursor()
    return int(position)
