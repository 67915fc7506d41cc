"""POST /v1/uploads: URLs for a file that is too large for a request. DELETE removes it again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.auth import AuthenticatedCaller, Caller, RateLimitedCaller
from api.dependencies import ApiContext, ApiContextDep
from api.http.json_body import json_body, json_request_body
from api.http.part_urls import FIRST_PAGE, view_parts
from api.http.path_parameters import UploadId
from api.openapi.responses import error_responses
from api.schemas.uploads import NewUpload, PartsView, UploadView
from heavylift.errors import InvalidRequest, TooLarge
from heavylift.jobs.ids import new_id
from heavylift.jobs.object_keys import upload_key
from heavylift.service.times import to_datetime
from heavylift.service.uploads import begin_upload, delete_upload
from heavylift.tasks.registry import spec_of

router = APIRouter(tags=["uploads"])

UPLOAD_TTL_S = 3600


@router.post(
    "/v1/uploads",
    status_code=201,
    summary="Get a URL to upload a large file to",
    response_description="The URL. Send the file there, then submit a job with the `upload_id`",
    responses=error_responses(401, 403, 404, 413, 415, 422, 429),
    openapi_extra=json_request_body(NewUpload),
)
def create_upload(
    context: ApiContextDep,
    caller: RateLimitedCaller,
    wanted: Annotated[NewUpload, Depends(json_body(NewUpload))],
) -> UploadView:
    """The store accepts one file, of this type and at most `max_bytes`: as a form, or in `parts`."""
    spec = spec_of(wanted.task)
    if not spec.accepts:
        raise InvalidRequest.at("/task", f"The task {spec.name} takes no input.")
    media_type = spec.accepts[0] if wanted.media_type is None else wanted.media_type
    if media_type not in spec.accepts:
        raise InvalidRequest.at("/media_type", f"The task {spec.name} takes {', '.join(spec.accepts)}.")
    most = context.settings.max_upload_bytes
    max_bytes = min(most, int(spec.limits.get("max_bytes", most)))
    if wanted.bytes is not None and wanted.bytes > max_bytes:
        raise TooLarge(f"The file has {wanted.bytes:,} bytes; {spec.name} takes at most {max_bytes:,}.")
    now = context.system.clock.now()
    upload_id = new_id(now)
    expires_at = context.system.objects.signed_until(now + UPLOAD_TTL_S)
    form = context.system.objects.presign_post(
        upload_key(caller.tenant, upload_id),
        media_type=media_type,
        max_bytes=max_bytes,
        seconds=max(1, int(expires_at - now)),
    )
    return UploadView(
        upload_id=upload_id,
        url=form["url"],
        fields=form["fields"],
        max_bytes=max_bytes,
        expires_at=to_datetime(int(expires_at)),
        parts=None if wanted.bytes is None else _begin(context, caller, upload_id, wanted.bytes, media_type),
    )


@router.delete(
    "/v1/uploads/{upload_id}",
    status_code=204,
    summary="Delete an upload",
    responses={204: {"description": "The upload is deleted"}, **error_responses(401, 403, 404, 503)},
)
def delete_upload_of_file(
    upload_id: UploadId, context: ApiContextDep, caller: AuthenticatedCaller
) -> Response:
    """Delete the file, or those of its parts that have arrived. A job that is yet to read the file fails."""
    delete_upload(context.system, caller.tenant, upload_id)
    return Response(status_code=204)


def _begin(context: ApiContext, caller: Caller, upload_id: str, size: int, media_type: str) -> PartsView:
    upload = begin_upload(context.system, caller.tenant, upload_id, size, media_type)
    page = view_parts(context.system, caller.tenant, upload_id, upload, [], 1, FIRST_PAGE)
    ends_at = to_datetime(upload.ends_at)
    return PartsView(**page.model_dump(), part_bytes=upload.part_bytes, ends_at=ends_at)
