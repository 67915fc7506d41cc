"""GET /v1/jobs/{id}/outputs and /outputs/{name}"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import RedirectResponse

from api.auth import AuthenticatedCaller
from api.dependencies import ApiContext, ApiContextDep
from api.http import cursor as cursors
from api.http.cursor import Cursor
from api.http.path_parameters import JobId
from api.http.problems import error_responses, header
from api.openapi.links import OF_OUTPUTS
from api.schemas import OutputPage, OutputView
from heavylift.errors import NotFound
from heavylift.job_store.manifest import Output, load_manifest
from heavylift.jobs.job import Job
from heavylift.jobs.object_keys import output_key
from heavylift.service.find import find_job

router = APIRouter(prefix="/v1/jobs/{job_id}/outputs", tags=["outputs"])

URL_SECONDS = 3600


@router.get(
    "",
    summary="The outputs of a job",
    responses={
        200: {"description": "A page of them", "links": OF_OUTPUTS},
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
    """Empty until the job is DONE; then every output listed can be fetched until `expires_at`."""
    job = find_job(context.system, caller.tenant, job_id)
    outputs = load_manifest(context.system.objects, job)
    start = _position(cursor)
    page = outputs[start : start + limit]
    following = start + limit
    return OutputPage(
        items=[
            OutputView(
                name=each.name,
                media_type=each.media_type,
                bytes=each.bytes,
                url=_presigned(context, job, each),
            )
            for each in page
        ],
        count=len(outputs),
        next=cursors.write([following]) if following < len(outputs) else None,
    )


@router.get(
    "/{name}",
    status_code=307,
    response_class=RedirectResponse,
    summary="One output",
    responses={
        307: {
            "description": "To where the output is",
            "headers": {"Location": header("Presigned, so no key is needed; for an hour at most")},
        },
        **error_responses(401, 403, 404, 410),
    },
)
def get_output(
    job_id: JobId,
    name: Annotated[str, Path(description="Of an output")],
    context: ApiContextDep,
    caller: AuthenticatedCaller,
) -> RedirectResponse:
    job = find_job(context.system, caller.tenant, job_id)
    for output in load_manifest(context.system.objects, job):
        if output.name == name:
            return RedirectResponse(_presigned(context, job, output), 307)
    raise NotFound(f"The job has no output called {name!r}; it is {job.status}.")


def _presigned(context: ApiContext, job: Job, output: Output) -> str:
    """Good for an hour, and never for longer than the job."""
    seconds = max(1, min(URL_SECONDS, int(job.expires_at - context.system.clock.now())))
    return context.system.objects.presign_get(
        output_key(job.id, output.name), filename=output.name, media_type=output.media_type, seconds=seconds
    )


def _position(cursor: str | None) -> int:
    if cursor is None:
        return 0
    [position] = cursors.read(cursor, int)
    if position < 0:
        raise cursors.unknown()
    return int(position)
