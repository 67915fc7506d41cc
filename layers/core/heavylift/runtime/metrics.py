"""Counts as CloudWatch metrics, written to the log (EMF): per function, and per stack.

The alarms of `infra/monitoring.yaml` use the stack's sums, so that they cover new workers too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit


def add_counts(metrics: Metrics, counts: Mapping[str, int]) -> None:
    """Add the counts to the metrics that this invocation writes at its end."""
    if not metrics.provider.dimension_sets:
        stack = os.environ.get("STACK", "heavylift")
        metrics.provider.add_dimension(
            "stack", stack
        )  # beside the service: an account may have several stacks
        metrics.provider.add_dimensions(stack=stack)
    for name, number in counts.items():
        metrics.add_metric(name, MetricUnit.Count, number)
