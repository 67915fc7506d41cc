"""The api's Lambda handler: Mangum in front of the FastAPI application."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext
from mangum import Mangum

from api.app import create_app
from heavylift.logs import library_logs_to

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def traced(wanted: Handler) -> Handler:
    """X-Ray's library doubles the time it takes to import this: only where there is tracing."""
    if os.environ.get("POWERTOOLS_TRACE_DISABLED", "").lower() == "true":
        return wanted
    from aws_lambda_powertools import Tracer  # noqa: PLC0415

    handler: Handler = Tracer(service="api").capture_lambda_handler(wanted, capture_response=False)
    return handler


logger, metrics = Logger(service="api"), Metrics(service="api")
library_logs_to(logger)
_asgi = Mangum(create_app(), lifespan="off")


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
@traced
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """An API Gateway HTTP API event (payload 2.0) → its response."""
    return dict(_asgi(event, context))  # type: ignore[arg-type]  # two packages' names for one thing
