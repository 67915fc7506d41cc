"""The API's Lambda handler: Mangum in front of the FastAPI application."""

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
    from api.metrics import count_response, get_metrics
    from api.snapstart import register_snapshot_hooks
    from heavylift.runtime.logging import route_library_logs

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

logger = Logger(service="api")
route_library_logs(logger)
app = create_app()
_asgi = Mangum(app, lifespan="off")


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the response to an API Gateway HTTP API event (payload 2.0)."""
    return get_handler()(event, context)


def handle_request(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Run the application on the event and count the response."""
    response = dict(_asgi(event, context))  # type: ignore[arg-type]  # two packages' types for one event
    count_response(event, response["statusCode"])
    return response


@lru_cache(maxsize=1)
def get_handler() -> Handler:
    """Return `handle_request`, traced where tracing is on.

    The X-Ray library takes longer to import than everything above, so it is imported late and only if needed.
    """
    if os.environ.get("POWERTOOLS_TRACE_DISABLED", "").lower() == "true":
        return handle_request
    from aws_lambda_powertools import Tracer  # noqa: PLC0415

    traced: Handler = Tracer(service="api").capture_lambda_handler(handle_request, capture_response=False)
    return traced


register_snapshot_hooks(app, get_handler, get_metrics)
