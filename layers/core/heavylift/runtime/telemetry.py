"""A function's logger, metrics and tracer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from heavylift.runtime.logging import route_library_logs

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


@dataclass(frozen=True)
class Telemetry:
    logger: Logger
    metrics: Metrics
    tracer: Tracer

    @classmethod
    def of(cls, service: str) -> Self:
        """Return the telemetry of one function. The library logs through its logger too."""
        logger = Logger(service=service)
        route_library_logs(logger)
        return cls(logger, Metrics(service=service), Tracer(service=service))

    def observe(self, handler: Handler) -> Handler:
        """Return the handler with a log context, a trace, and metrics that are written at its end."""
        traced: Handler = self.tracer.capture_lambda_handler(handler, capture_response=False)
        counted: Handler = self.metrics.log_metrics(traced)
        logged: Handler = self.logger.inject_lambda_context(counted, clear_state=True)
        return logged
