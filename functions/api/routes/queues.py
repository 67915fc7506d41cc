"""GET /v1/queues and /v1/queues/{name}: the messages that wait and run."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.auth import OperatorCaller
from api.dependencies import ApiContext, ApiContextDep
from api.openapi.responses import error_responses
from api.schemas.queues import QueueDetail, QueueList, QueueView
from heavylift.service.dead_letters import count_dead_letters
from heavylift.service.list_view import view_in_list
from heavylift.service.listing import query_open_jobs, unknown_queue
from heavylift.tasks.registry import queue_names

router = APIRouter(prefix="/v1/queues", tags=["queues"])


@router.get("", summary="The queues", response_description="All queues", responses=error_responses(401, 403))
def list_queues(context: ApiContextDep, caller: OperatorCaller) -> QueueList:
    """The message counts are of all tenants, and approximate, as SQS reports them. Dead letters are yours."""
    dead = count_dead_letters(context.system, caller.tenant)
    names = sorted(queue_names())
    return QueueList(items=[_queue_view(context, name, dead.get(name, 0)) for name in names])


@router.get(
    "/{name}",
    summary="A queue, and your jobs in it",
    response_description="The queue",
    responses=error_responses(401, 403, 404, 422),
)
def get_queue(
    name: Annotated[str, Path(examples=["pages"])],
    context: ApiContextDep,
    caller: OperatorCaller,
    limit: Annotated[int, Query(ge=1, le=100, description="The largest number of jobs to show")] = 20,
) -> QueueDetail:
    """`jobs` are your newest queued or running jobs in the queue. `open` is how many there are."""
    if name not in queue_names():
        raise unknown_queue(name)
    queue = _queue_view(context, name, count_dead_letters(context.system, caller.tenant).get(name, 0))
    jobs = query_open_jobs(context.system, caller.tenant, name)
    return QueueDetail(
        **queue.model_dump(),
        open=len(jobs),
        jobs=[view_in_list(job, context.settings.base_path) for job in jobs[:limit]],
    )


def _queue_view(context: ApiContext, name: str, dead_letters: int) -> QueueView:
    depth = context.system.queue.get_depth(name)
    return QueueView(
        name=name,
        visible=depth.visible,
        in_flight=depth.in_flight,
        delayed=depth.delayed,
        dead_letters=dead_letters,
        limit=context.queue_limiter.limit_of(name),
    )
