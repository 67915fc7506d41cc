"""GET /v1/jobs/{id}/outputs and /outputs/{name}: the files that a job made."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse

from api.auth import AuthenticatedCaller
from api.dependencies import ApiContextDep
from api.http import cursor as cursors
from api.http.cursor import Cursor
from api.http.head_requests import is_head
from api.http.output_urls import presign_output, view_output
from api.http.path_parameters import JobId
from api.openapi.links import OUTPUT_LINKS
from api.openapi.responses import error_responses, header
from api.schemas.outputs import OutputPage
from heavylift.errors import NotFound
from heavylift.job_store.manifest import load_manifest
from heavylift.jobs.job import Job
from heavylift.service.find import find_job

router = APIRouter(prefix="/v1/jobs/{job_id}/outputs", tags=["outputs"])


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
        items=[view_output(context, job, each) for each in page],
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
            return RedirectResponse(presign_output(context, job, output, head=is_head(request)), 307)
    raise NotFound(f"The job has no output {name!r}. Its status is {job.status}.")


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
