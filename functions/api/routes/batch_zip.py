"""GET /v1/batches/{id}/outputs.zip: what all jobs of a batch have made, as one file."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.auth import AuthenticatedCaller
from api.dependencies import ApiContextDep
from api.http.head_requests import is_head
from api.http.prefer import Preferred
from api.routes.batches import BatchId
from api.routes.outputs_zip import RESPONSES, Accept, zip_response
from heavylift.service.batches.view import find_batch

router = APIRouter(prefix="/v1/batches", tags=["batches"])


@router.get(
    "/{batch_id}/outputs.zip",
    status_code=307,
    response_class=RedirectResponse,
    summary="All outputs of a batch as one zip",
    responses=RESPONSES,
)
def get_batch_zip(
    batch_id: BatchId,
    context: ApiContextDep,
    caller: AuthenticatedCaller,
    prefer: Preferred,
    request: Request,
    accept: Accept = "*/*",
) -> Response:
    """Each item of the ended batch has a folder, and `missing.csv` names what is not DONE.

    A retry of the batch makes the zip out of date: it is made again.
    """
    batch = find_batch(context.system, caller.tenant, batch_id)
    return zip_response(context, batch, prefer, accept, head=is_head(request))
