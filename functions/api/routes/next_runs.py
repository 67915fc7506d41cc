"""POST /v1/next-runs: when a schedule would run, before it is made."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from api.auth import AuthenticatedCaller
from api.dependencies import ApiContextDep
from api.http.json_body import json_body, json_request_body
from api.openapi.responses import error_responses
from api.recurrence import list_next_runs, read_timezone, to_expression
from api.schemas.schedules import Recurrence, UpcomingRuns

router = APIRouter(prefix="/v1/next-runs", tags=["schedules"])


@router.post(
    "",
    summary="The next runs of a schedule that is not made yet",
    response_description="The next three times",
    responses=error_responses(401, 403, 413, 415, 422),
    openapi_extra=json_request_body(Recurrence),
)
def preview_next_runs(
    context: ApiContextDep,
    _caller: AuthenticatedCaller,
    wanted: Annotated[Recurrence, Depends(json_body(Recurrence))],
) -> UpcomingRuns:
    """Makes nothing. What a schedule would refuse in these fields is a 422 here, too."""
    now = context.system.clock.now()
    to_expression(wanted.cron, wanted.rate, read_timezone(wanted.timezone), now)
    return UpcomingRuns(
        next_runs=list_next_runs(wanted.cron, wanted.rate, wanted.timezone, began=now, now=now)
    )
