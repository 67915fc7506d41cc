"""A job as an HTTP response: its body, its ETag and its other headers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from starlette.responses import Response

from api.dependencies import ApiContext
from api.http.prefer import Prefer
from api.http.problems import respond_to
from heavylift.errors import WaitTimedOut
from heavylift.jobs.job import Job
from heavylift.service.job_view import view


def body_of(context: ApiContext, job: Job, dependents: Sequence[str] = ()) -> bytes:
    return view(job, context.settings.base_path, dependents).model_dump_json().encode()


def etag_of(body: bytes) -> str:
    """Return the ETag: a hash of everything that the client can see of the job."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def has_seen(if_none_match: str | None, etag: str) -> bool:
    """Return whether If-None-Match names this ETag (RFC 9110: a weak comparison)."""
    seen = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    return bool(seen & {etag, "*"})


def retried_response(context: ApiContext, job: Job, dependents: Sequence[str]) -> Response:
    """Return a job that runs again, with links to those that failed because it had failed."""
    headers = headers_of(context, job, Prefer())
    headers["ETag"] = etag_of(body_of(context, job))
    return Response(body_of(context, job, dependents), 202, headers, "application/json")


def job_response(
    context: ApiContext, job: Job, prefer: Prefer, *, status: int = 200, if_none_match: str | None = None
) -> Response:
    """Return the job; 304 if the client has this state; 504 if a strict wait ended before the job."""
    headers = headers_of(context, job, prefer)
    if missed := respond_if_missed(job, prefer, headers):
        return missed
    body = body_of(context, job)
    headers["ETag"] = etag_of(body)
    if has_seen(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers, "application/json")


def respond_if_missed(
    job: Job, prefer: Prefer, headers: dict[str, str], noun: str = "job"
) -> Response | None:
    """Return a 504 if a strict wait ended before the job; `headers` are those of `headers_of`."""
    if job.ended or not prefer.strict or prefer.wait_s is None:
        return None
    detail = f"The {noun} {job.id} had not ended after {prefer.wait_s} s. It continues."
    return respond_to(WaitTimedOut(detail, int(headers["Retry-After"])), headers)


def headers_of(context: ApiContext, job: Job, prefer: Prefer) -> dict[str, str]:
    headers = {
        "Location": f"{context.settings.base_path}/v1/jobs/{job.id}",
        "Cache-Control": "private, no-cache",
    }
    if prefer.wait_s is not None:
        headers["Preference-Applied"] = prefer.applied
    if not job.ended:
        headers["Retry-After"] = str(context.run_times.retry_after(job))
    return headers
