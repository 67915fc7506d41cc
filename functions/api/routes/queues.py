"""/v1/queues: the messages that wait and run, and the pause of a queue."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.auth import Caller, OperatorCaller
from api.dependencies import ApiContext, ApiContextDep
from api.openapi.responses import error_responses
from api.schemas.queues import QueueDetail, QueueList, QueueView
from heavylift.service.dead_letters import count_dead_letters
from heavylift.service.list_view import view_in_list
from heavylift.service.listing import query_open_jobs, unknown_queue
from heavylift.service.pauses import find_paused, pause_queue, resume_queue
from heavylift.service.times import to_datetime
from heavylift.tasks.registry import queue_names

QueueName = Annotated[str, Path(examples=["pages"])]

router = APIRouter(prefix="/v1/queues", tags=["queues"])


@router.get("", summary="The queues", response_description="All queues", responses=error_responses(401, 403))
def list_queues(context: ApiContextDep, caller: OperatorCaller) -> QueueList:
    """The message counts are of all tenants, and approximate, as SQS reports them. Dead letters are yours."""
    dead = count_dead_letters(context.system, caller.tenant)
    names = sorted(queue_names())
    paused = find_paused(context.system, context.get_switch, names)
    return QueueList(
        items=[_queue_view(context, name, dead.get(name, 0), paused.get(name)) for name in names]
    )


@router.get(
    "/{name}",
    summary="A queue, and your jobs in it",
    response_description="The queue",
    responses=error_responses(401, 403, 404, 422),
)
def get_queue(
    name: QueueName,
    context: ApiContextDep,
    caller: OperatorCaller,
    limit: Annotated[int, Query(ge=1, le=100, description="The largest number of jobs to show")] = 20,
) -> QueueDetail:
    """`jobs` are your newest queued or running jobs in the queue. `open` is how many there are."""
    queue = _find_queue(context, caller, name)
    jobs = query_open_jobs(context.system, caller.tenant, name)
    return QueueDetail(
        **queue.model_dump(),
        open=len(jobs),
        jobs=[view_in_list(job, context.settings.base_path) for job in jobs[:limit]],
    )


@router.post(
    "/{name}/pause",
    summary="Pause a queue",
    response_description="The queue, paused",
    responses=error_responses(401, 403, 404, 503),
)
def pause(name: QueueName, context: ApiContextDep, caller: OperatorCaller) -> QueueView:
    """Its worker gets no more messages, and ends those that it has. Jobs are still accepted.

    The deadlines of its jobs stand still until it is resumed, for `RetentionHours` after the submission at
    most. Pausing a paused queue changes nothing.
    """
    _require_queue(name)
    pause_queue(context.system, context.get_switch(), name)
    return _find_queue(context, caller, name)


@router.post(
    "/{name}/resume",
    summary="Resume a queue",
    response_description="The queue",
    responses=error_responses(401, 403, 404, 503),
)
def resume(name: QueueName, context: ApiContextDep, caller: OperatorCaller) -> QueueView:
    """Its worker gets messages again. The time of the pause is added to the deadlines of its jobs."""
    _require_queue(name)
    resume_queue(context.system, context.get_switch(), name)
    return _find_queue(context, caller, name)


def _require_queue(name: str) -> None:
    if name not in queue_names():
        raise unknown_queue(name)


def _find_queue(context: ApiContext, caller: Caller, name: str) -> QueueView:
    _require_queue(name)
    dead = count_dead_letters(context.system, caller.tenant).get(name, 0)
    paused = find_paused(context.system, context.get_switch, [name])
    return _queue_view(context, name, dead, paused.get(name))


def _queue_view(context: ApiContext, name: str, dead_letters: int, since: float | None) -> QueueView:
    depth = context.system.queue.get_depth(name)
    return QueueView(
        name=name,
        visible=depth.visible,
        in_flight=depth.in_flight,
        delayed=depth.delayed,
        dead_letters=dead_letters,
        limit=context.queue_limiter.limit_of(name),
        paused=since is not None,
        paused_since=to_datetime(since),
    )
