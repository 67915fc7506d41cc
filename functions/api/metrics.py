"""Metrics of the API's responses: accepted jobs, and refusals that matter to an operator."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools import Metrics

ACCEPTED = frozenset({200, 202})
BY_STATUS = {429: "RequestsOverRate", 500: "ApiErrors", 503: "RequestsPutOff"}


def metric_of(event: Mapping[str, Any], status: int) -> str | None:
    """Return the metric that counts the response; None for most responses."""
    request = event["requestContext"]["http"]
    if status in ACCEPTED and request["method"] == "POST" and request["path"].endswith("/v1/jobs"):
        return "JobsAccepted"
    return BY_STATUS.get(status)


def count_response(event: Mapping[str, Any], status: int) -> None:
    """Write the response's metric, if it has one, to the log."""
    if name := metric_of(event, status):
        from heavylift.runtime.metrics import add_counts  # noqa: PLC0415 - see `get_metrics`

        add_counts(get_metrics(), {name: 1})
        get_metrics().flush_metrics()


@lru_cache(maxsize=1)
def get_metrics() -> Metrics:
    """Return the metrics. Their library is imported late, because most requests count nothing."""
    from aws_lambda_powertools import Metrics  # noqa: PLC0415

    return Metrics(service="api")
