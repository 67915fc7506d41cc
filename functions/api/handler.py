"""The api's Lambda handler: Mangum in front of the FastAPI application."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext
from mangum import Mangum

from api.app import create_app
from heavylift.logs import library_logs_to

logger, metrics, tracer = Logger(service="api"), Metrics(service="api"), Tracer(service="api")
library_logs_to(logger)
_asgi = Mangum(create_app(), lifespan="off")


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """An API Gateway HTTP API event (payload 2.0) → its response."""
    return dict(_asgi(event, context))  # type: ignore[arg-type]  # two packages' names for one thing
