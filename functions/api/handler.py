"""The api's Lambda handler: Mangum in front of the FastAPI application."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from api.gc_pause import gc_paused

with gc_paused():
    from aws_lambda_powertools import Logger
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mangum import Mangum

    from api.app import create_app
    from api.metrics import count_answer, metrics
    from api.snapstart import before_snapshot
    from heavylift.runtime.logging import library_logs_to

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

logger = Logger(service="api")
library_logs_to(logger)
app = create_app()
_asgi = Mangum(app, lifespan="off")


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """An API Gateway HTTP API event (payload 2.0) → its response."""
    return answering()(event, context)


def answer(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    response = dict(_asgi(event, context))  # type: ignore[arg-type]  # two packages' names for one thing
    count_answer(event, response["statusCode"])
    return response


@lru_cache(maxsize=1)
def answering() -> Handler:
    """X-Ray's library costs more to import than all of the above: only where there is tracing, and late."""
    if os.environ.get("POWERTOOLS_TRACE_DISABLED", "").lower() == "true":
        return answer
    from aws_lambda_powertools import Tracer  # noqa: PLC0415

    traced: Handler = Tracer(service="api").capture_lambda_handler(answer, capture_response=False)
    return traced


before_snapshot(app, answering, metrics)
