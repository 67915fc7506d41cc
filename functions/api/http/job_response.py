"""One job as a response: its body, its ETag, and the headers that say when to look again."""

from __future__ import annotations

import hashlib

from starlette.responses import Response

from api.dependencies import ApiContext
from api.http.prefer import Prefer
from api.http.problems import respond_to
from heavylift.errors import WaitTimedOut
from heavylift.jobs.job import Job
from heavylift.service.job_view import view


def body_of(context: ApiContext, job: Job) -> bytes:
    return view(job, context.settings.base_path).model_dump_json().encode()


def etag_of(body: bytes) -> str:
    """Changes whenever the job's owner could see a difference."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def has_seen(if_none_match: str | None, etag: str) -> bool:
    """Whether If-None-Match names this state (RFC 9110: a weak comparison)."""
    seen = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    return bool(seen & {etag, "*"})


def answer(
    context: ApiContext, job: Job, prefer: Prefer, *, status: int = 200, if_none_match: str | None = None
) -> Response:
    """The job, 304 if that is what the client has, or 504 after a strict wait."""
    body = body_of(context, job)
    headers = headers_of(context, job, prefer)
    if prefer.strict and prefer.wait_s is not None and not job.ended:
        detail = f"The job {job.id} goes on; it had not ended after {prefer.wait_s} s."
        return respond_to(WaitTimedOut(detail, int(headers["Retry-After"])), headers)
    headers["ETag"] = etag_of(body)
    if has_seen(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers, "application/json")


def headers_of(context: ApiContext, job: Job, prefer: Prefer) -> dict[str, str]:
    headers = {
        "Location": f"{context.settings.base_path}/v1/jobs/{job.id}",
        "Cache-Control": "private, no-cache",
    }
    if prefer.wait_s is not None:
        headers["Preference-Applied"] = prefer.applied
    if not job.ended:
        headers["Retry-After"] = str(context.pace.retry_after(job))
    return headers
