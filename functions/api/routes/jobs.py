"""POST /v1/jobs and GET /v1/jobs/{id}"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Request, Response

from api.caller import CallerIs
from api.prefer import Prefer, Preferred
from api.problems import documented
from api.schemas import JobView, view
from api.submission import REQUEST_BODY, read_submission
from heavylift.bootstrap import system
from heavylift.errors import WaitTimedOut
from heavylift.find import find_job
from heavylift.job import Job
from heavylift.settings import ApiSettings
from heavylift.submit import submit
from heavylift.wait import wait_for_change, wait_for_end

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

RETRY_AFTER_S = 1


@router.post(
    "",
    status_code=202,
    summary="Submit a job",
    response_model=JobView,
    responses={
        200: {"model": JobView, "description": "The job has ended within the wait"},
        202: {"description": "Accepted: poll `Location`, not before `Retry-After` seconds"},
        **documented(404, 409, 413, 415, 422, 503, 504),
    },
    openapi_extra={"requestBody": REQUEST_BODY},
)
async def submit_job(
    request: Request,
    response: Response,
    caller: CallerIs,
    prefer: Preferred,
    idempotency_key: Annotated[
        str | None, Header(min_length=1, max_length=255, description="Same key and request: the same job")
    ] = None,
) -> JobView:
    """Small files come with the request, as a form; larger ones by `/v1/uploads`, and the job as JSON."""
    submission = await read_submission(request, caller.tenant, idempotency_key)
    job = submit(system(), submission)
    if prefer.wait_s:
        job = wait_for_end(system(), job, prefer.wait_s)
    view_of_job = _answer(response, job, prefer)
    response.headers["Location"] = view_of_job.links.self
    response.status_code = 200 if prefer.wait_s and job.ended else 202
    return view_of_job


@router.get("/{job_id}", summary="A job", responses=documented(404, 410, 422, 504))
def get_job(
    job_id: Annotated[str, Path(max_length=64)], response: Response, caller: CallerIs, prefer: Preferred
) -> JobView:
    job = find_job(system(), caller.tenant, job_id)
    if prefer.wait_s and not job.ended:
        job = wait_for_change(system(), job, prefer.wait_s)
    return _answer(response, job, prefer)


def _answer(response: Response, job: Job, prefer: Prefer) -> JobView:
    if prefer.wait_s is not None:
        if prefer.strict and not job.ended:
            raise WaitTimedOut(
                f"The job {job.id} goes on; it had not ended after {prefer.wait_s} s.", RETRY_AFTER_S
            )
        response.headers["Preference-Applied"] = f"wait={prefer.wait_s}"
    if not job.ended:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return view(job, ApiSettings.read().base_path)
