"""POST /v1/uploads: an address for files that do not fit into a request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends

from api.auth import ClientIs
from api.dependencies import DeskIs
from api.http.json_body import described, json_body
from api.http.problems import documented
from api.schemas import NewUpload, UploadView
from heavylift.errors import Fault, InvalidRequest
from heavylift.jobs.ids import new_id
from heavylift.jobs.object_keys import upload_key
from heavylift.tasks.registry import spec_of

router = APIRouter(tags=["uploads"])

UPLOAD_SECONDS = 3600


@router.post(
    "/v1/uploads",
    status_code=201,
    summary="Get an address to send a large file to",
    response_description="Send the file there, then submit a job with the `upload_id`",
    responses=documented(401, 403, 404, 413, 415, 422, 429),
    openapi_extra=described(NewUpload),
)
def create_upload(
    desk: DeskIs, caller: ClientIs, wanted: Annotated[NewUpload, Depends(json_body(NewUpload))]
) -> UploadView:
    """The store takes one file of the size and type that was agreed on, and nothing else."""
    spec = spec_of(wanted.task)
    if not spec.accepts:
        raise _unfitting("/task", f"The task {spec.name} takes no input.")
    media_type = spec.accepts[0] if wanted.media_type is None else wanted.media_type
    if media_type not in spec.accepts:
        raise _unfitting("/media_type", f"The task {spec.name} takes {', '.join(spec.accepts)}.")
    most = desk.settings.max_upload_bytes
    max_bytes = min(most, int(spec.limits.get("max_bytes", most)))
    now = desk.system.clock.now()
    upload_id = new_id(now)
    form = desk.system.objects.presign_post(
        upload_key(caller.tenant, upload_id),
        media_type=media_type,
        max_bytes=max_bytes,
        seconds=UPLOAD_SECONDS,
    )
    return UploadView(
        upload_id=upload_id,
        url=form["url"],
        fields=form["fields"],
        max_bytes=max_bytes,
        expires_at=datetime.fromtimestamp(int(now + UPLOAD_SECONDS), UTC),
    )


def _unfitting(pointer: str, detail: str) -> InvalidRequest:
    return InvalidRequest(detail, [Fault(pointer=pointer, detail=detail)])
