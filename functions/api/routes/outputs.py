"""GET /v1/jobs/{id}/outputs and /outputs/{name}"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import RedirectResponse

from api.caller import CallerIs
from api.problems import documented
from api.schemas import OutputPage, OutputView
from heavylift.bootstrap import system
from heavylift.errors import InvalidRequest, NotFound
from heavylift.find import find_job
from heavylift.job import Job
from heavylift.manifest import Output, load_manifest
from heavylift.storage import output_key

router = APIRouter(prefix="/v1/jobs/{job_id}/outputs", tags=["outputs"])

URL_SECONDS = 3600
JobId = Annotated[str, Path(max_length=64)]


@router.get("", summary="The outputs of a job", responses=documented(404, 410, 422))
def list_outputs(
    job_id: JobId,
    caller: CallerIs,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str | None, Query(max_length=64, description="`next` of the page before")] = None,
) -> OutputPage:
    """Empty until the job is DONE; then every output listed can be fetched until `expires_at`."""
    job = find_job(system(), caller.tenant, job_id)
    outputs = load_manifest(system().objects, job)
    start = _position(cursor)
    page = outputs[start : start + limit]
    following = start + limit
    return OutputPage(
        items=[
            OutputView(
                name=each.name, media_type=each.media_type, bytes=each.bytes, url=_presigned(job, each)
            )
            for each in page
        ],
        count=len(outputs),
        next=str(following) if following < len(outputs) else None,
    )


@router.get(
    "/{name}",
    status_code=307,
    response_class=RedirectResponse,
    summary="One output",
    responses={307: {"description": "To where the output is"}, **documented(404, 410, 422)},
)
def get_output(
    job_id: JobId, name: Annotated[str, Path(max_length=255)], caller: CallerIs
) -> RedirectResponse:
    job = find_job(system(), caller.tenant, job_id)
    for output in load_manifest(system().objects, job):
        if output.name == name:
            return RedirectResponse(_presigned(job, output), 307)
    raise NotFound(f"The job has no output called {name!r}; it is {job.status}.")


def _presigned(job: Job, output: Output) -> str:
    """Good for an hour, and never for longer than the job."""
    seconds = max(1, min(URL_SECONDS, int(job.expires_at - system().clock.now())))
    return system().objects.presign_get(
        output_key(job.id, output.name), filename=output.name, media_type=output.media_type, seconds=seconds
    )


def _position(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit()):
        raise InvalidRequest(
            "The cursor is not one that this list gave.", [{"pointer": "/query/cursor", "detail": "unknown"}]
        )
    return int(cursor)
