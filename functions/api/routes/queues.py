"""GET /v1/queues and /v1/queues/{name}: what waits and what runs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.auth import OperatorIs
from api.dependencies import Desk, DeskIs
from api.http.problems import documented
from api.schemas import QueueDetail, QueueList, QueueView
from heavylift.service.dead_letters import count_dead_letters
from heavylift.service.job_view import view
from heavylift.service.listing import no_such_queue, open_jobs

router = APIRouter(prefix="/v1/queues", tags=["queues"])


@router.get("", summary="The queues", response_description="All of them", responses=documented(401, 403))
def list_queues(desk: DeskIs, caller: OperatorIs) -> QueueList:
    """The numbers of messages are everybody's, and approximate as SQS has them; dead letters are yours."""
    dead = count_dead_letters(desk.system, caller.tenant)
    names = sorted(desk.system.settings.queues)
    return QueueList(items=[_view(desk, name, dead.get(name, 0)) for name in names])


@router.get(
    "/{name}",
    summary="A queue, and your jobs in it",
    response_description="The queue",
    responses=documented(401, 403, 404, 422),
)
def get_queue(
    name: Annotated[str, Path(examples=["pages"])],
    desk: DeskIs,
    caller: OperatorIs,
    limit: Annotated[int, Query(ge=1, le=100, description="Of the jobs shown")] = 20,
) -> QueueDetail:
    """`jobs` are your newest ones that are queued or running there; `open` is how many there are."""
    if name not in desk.system.settings.queues:
        raise no_such_queue(name)
    queue = _view(desk, name, count_dead_letters(desk.system, caller.tenant).get(name, 0))
    jobs = open_jobs(desk.system, caller.tenant, name)
    return QueueDetail(
        **queue.model_dump(),
        open=len(jobs),
        jobs=[view(job, desk.settings.base_path) for job in jobs[:limit]],
    )


def _view(desk: Desk, name: str, dead_letters: int) -> QueueView:
    depth = desk.system.queue.depth(name)
    return QueueView(
        name=name,
        visible=depth.visible,
        in_flight=depth.in_flight,
        delayed=depth.delayed,
        dead_letters=dead_letters,
        limit=desk.gauge.limit(name),
    )
