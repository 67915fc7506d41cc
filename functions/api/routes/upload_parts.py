"""/v1/uploads/{id}/parts and /complete: a large file, sent in parts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import AuthenticatedCaller
from api.dependencies import ApiContextDep
from api.http.cursor import Cursor
from api.http.part_urls import parse_position, view_parts
from api.http.path_parameters import UploadId
from api.openapi.links import next_page_link
from api.openapi.responses import error_responses
from api.schemas.uploads import UploadedFile, UploadPartPage
from heavylift.service.uploads import complete_upload, find_upload, list_stored

router = APIRouter(prefix="/v1/uploads/{upload_id}", tags=["uploads"])


@router.get(
    "/parts",
    summary="The parts of an upload",
    responses={
        200: {
            "description": "A page of parts",
            "links": next_page_link("list_upload_parts", upload_id="$request.path.upload_id"),
        },
        **error_responses(401, 403, 404, 409, 410, 422),
    },
)
def list_upload_parts(
    upload_id: UploadId,
    context: ApiContextDep,
    caller: AuthenticatedCaller,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Cursor = None,
) -> UploadPartPage:
    """Which parts have arrived, and a new URL for each. Go on with those that are not `stored`."""
    upload = find_upload(context.system, caller.tenant, upload_id)
    first = parse_position(cursor, upload_id, upload.count)
    stored = list_stored(context.system, caller.tenant, upload_id, upload)
    return view_parts(context.system, caller.tenant, upload_id, upload, stored, first, limit)


@router.post(
    "/complete",
    summary="Complete an upload in parts",
    response_description="The file. Submit a job with the `upload_id`",
    responses=error_responses(401, 403, 404, 409, 410),
)
def complete_upload_of_parts(
    upload_id: UploadId, context: ApiContextDep, caller: AuthenticatedCaller
) -> UploadedFile:
    """Every part must have arrived (409). An upload that is complete is left as it is."""
    stored = complete_upload(context.system, caller.tenant, upload_id)
    return UploadedFile(upload_id=upload_id, bytes=stored.bytes, media_type=stored.media_type)
