"""What is counted of the api's answers: work that was taken, and what an operator should know of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools import Metrics

ACCEPTED = frozenset({200, 202})
BY_STATUS = {429: "RequestsOverRate", 500: "ApiErrors", 503: "RequestsPutOff"}


def metric_of(event: Mapping[str, Any], status: int) -> str | None:
    """The name under which the answer counts; None for most."""
    asked = event["requestContext"]["http"]
    if status in ACCEPTED and asked["method"] == "POST" and asked["path"].endswith("/v1/jobs"):
        return "JobsAccepted"
    return BY_STATUS.get(status)


def count_answer(event: Mapping[str, Any], status: int) -> None:
    """Write the count, if there is one, to the log."""
    if name := metric_of(event, status):
        from heavylift.runtime.metrics import count  # noqa: PLC0415 - see `metrics`

        count(metrics(), {name: 1})
        metrics().flush_metrics()


@lru_cache(maxsize=1)
def metrics() -> Metrics:
    """Imported when there is something to count, or before a snapshot: polls need none of it."""
    from aws_lambda_powertools import Metrics  # noqa: PLC0415

    return Metrics(service="api")
