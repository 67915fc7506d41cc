"""/v1/batches: many jobs of one task, submitted and followed together.

A batch is a job, too, of the task `batch`. At its path below /v1/jobs it is canceled, retried and deleted.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query
from starlette.responses import Response

from api.auth import AuthenticatedCaller, RateLimitedCaller
from api.dependencies import ApiContext, ApiContextDep
from api.http import cursor as cursors
from api.http.cursor import Cursor
from api.http.job_response import headers_of, respond_if_missed
from api.http.json_body import content_of, json_body, json_request_body
from api.http.output_urls import view_output
from api.http.prefer import Prefer, Preferred
from api.http.waiting import wait_until
from api.openapi.links import next_page_link
from api.openapi.responses import error_responses, header
from api.schemas.batches import BatchJobList, BatchOutputs, BatchRequest, OutputsOfJob
from heavylift.job_store.manifest import load_manifest
from heavylift.jobs.job import BATCH_TASK, Job
from heavylift.jobs.states import Status
from heavylift.service.batches import submit as batches
from heavylift.service.batches.view import BatchView, find_batch, list_jobs, view_batch
from heavylift.service.inputs import MAX_DIRECT_BYTES
from heavylift.service.job_view import EXAMPLE_ID
from heavylift.service.labels import Labels
from heavylift.service.list_view import view_in_list
from heavylift.service.submission import Submission
from heavylift.tasks.registry import spec_of

router = APIRouter(prefix="/v1/batches", tags=["batches"])

MAX_OUTPUT_JOBS = 20
"""How many jobs a page of outputs covers: each has a list of its own to read."""
PATH_ID = "$request.path.batch_id"
HEADERS = {
    "Location": header("The URL of the batch"),
    "Retry-After": header("Seconds to wait before polling again; absent once the batch has ended", "integer"),
    "Preference-Applied": header("The preferences that were applied"),
}
BatchId = Annotated[str, Path(description="The batch's id", examples=[EXAMPLE_ID])]


@router.post(
    "",
    status_code=202,
    summary="Submit a batch",
    responses={
        202: {"description": "The batch is accepted", "headers": HEADERS, "content": content_of(BatchView)},
        **error_responses(401, 403, 404, 409, 410, 413, 415, 422, 429, 503),
    },
    openapi_extra=json_request_body(BatchRequest),
)
def submit_batch(
    context: ApiContextDep,
    caller: RateLimitedCaller,
    wanted: Annotated[BatchRequest, Depends(json_body(BatchRequest, MAX_DIRECT_BYTES))],
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=255, description="The same key and request return the same batch"),
    ] = None,
) -> Response:
    """Give up to 1,000 items, or a manifest of up to 100,000 as JSON lines: an upload of the task `batch`."""
    labels = Labels(wanted.name, wanted.reference, tuple(wanted.tags))
    submission = Submission(
        caller.tenant,
        BATCH_TASK,
        {},
        callback_url=wanted.callback_url,
        idempotency_key=idempotency_key,
        labels=labels,
    )
    new = batches.NewBatch(
        wanted.task,
        wanted.params,
        wanted.items,
        wanted.manifest.upload_id if wanted.manifest else "",
        wanted.lane,
        wanted.on_failure,
        wanted.on_invalid,
    )
    with context.reserve_room(spec_of(BATCH_TASK).queue, caller.tenant, BATCH_TASK):
        batch = batches.submit_batch(context.system, new, submission)
    return _respond(context, batch, Prefer(), status=202)


@router.get(
    "/{batch_id}",
    summary="A batch",
    responses={
        200: {
            "description": "The batch as it is now",
            "headers": HEADERS,
            "content": content_of(BatchView),
        },
        **error_responses(401, 403, 404, 410, 504),
    },
)
def get_batch(
    batch_id: BatchId, context: ApiContextDep, caller: AuthenticatedCaller, prefer: Preferred
) -> Response:
    """`Prefer: wait=N` waits until the batch has ended, or N seconds."""
    batch = find_batch(context.system, caller.tenant, batch_id)
    if prefer.wait_s:
        batch, prefer = wait_until(context, batch, prefer, lambda now: now.ended)
    return _respond(context, batch, prefer)


@router.get(
    "/{batch_id}/jobs",
    summary="The jobs of a batch",
    responses={
        200: {"description": "A page of jobs", "links": next_page_link("list_batch_jobs", batch_id=PATH_ID)},
        **error_responses(401, 403, 404, 410, 422),
    },
)
def list_batch_jobs(
    batch_id: BatchId,
    context: ApiContextDep,
    caller: AuthenticatedCaller,
    status: Annotated[Status | None, Query(description="Only jobs of this status")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Cursor = None,
) -> BatchJobList:
    """In the order of the items. A page may hold fewer than `limit` jobs. The last one has a null `next`."""
    batch = find_batch(context.system, caller.tenant, batch_id)
    after = _parse_position(cursor, batch)
    jobs, last = list_jobs(context.system, batch, after=after, limit=limit, status=status)
    items = [view_in_list(job, context.settings.base_path) for job in jobs]
    return BatchJobList(items=items, next=_to_cursor(last, batch))


@router.get(
    "/{batch_id}/outputs",
    summary="The outputs of a batch",
    responses={
        200: {
            "description": "The outputs of a page of jobs",
            "links": next_page_link("list_batch_outputs", batch_id=PATH_ID),
        },
        **error_responses(401, 403, 404, 410, 422),
    },
)
def list_batch_outputs(
    batch_id: BatchId,
    context: ApiContextDep,
    caller: AuthenticatedCaller,
    limit: Annotated[int, Query(ge=1, le=MAX_OUTPUT_JOBS, description="Of how many jobs")] = MAX_OUTPUT_JOBS,
    cursor: Cursor = None,
) -> BatchOutputs:
    """The outputs of each DONE job, in the order of the items."""
    batch = find_batch(context.system, caller.tenant, batch_id)
    after = _parse_position(cursor, batch)
    jobs, last = list_jobs(context.system, batch, after=after, limit=limit, status=Status.DONE)
    items = [
        OutputsOfJob(
            job_id=job.id,
            number=(job.batch or {})["number"],
            items=[view_output(context, job, each) for each in load_manifest(context.system.objects, job)],
        )
        for job in jobs
    ]
    return BatchOutputs(items=items, next=_to_cursor(last, batch))


def _respond(context: ApiContext, batch: Job, prefer: Prefer, *, status: int = 200) -> Response:
    base_path = context.settings.base_path
    headers = headers_of(context, batch, prefer) | {"Location": f"{base_path}/v1/batches/{batch.id}"}
    if missed := respond_if_missed(batch, prefer, headers, "batch"):
        return missed
    body = view_batch(context.system, batch, base_path).model_dump_json()
    return Response(body, status, headers, "application/json")


def _parse_position(cursor: str | None, batch: Job) -> int:
    if cursor is None:
        return 0
    [position] = cursors.decode(cursor, f"BATCH#{batch.id}", int)
    if not 0 <= position <= (batch.made or 0):
        raise cursors.unknown_cursor()
    return int(position)


def _to_cursor(position: int | None, batch: Job) -> str | None:
    return None if position is None else cursors.encode([position], f"BATCH#{batch.id}")
