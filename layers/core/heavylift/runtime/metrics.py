"""Counts, written as CloudWatch metrics in the log (EMF): per function, and summed over the stack.

The alarms of `infra/monitoring.yaml` watch the sums, so that a worker added later is watched too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit


def count(metrics: Metrics, counts: Mapping[str, int]) -> None:
    """Add the counts to what this invocation will write."""
    if not metrics.provider.dimension_sets:
        metrics.provider.add_dimensions(stack=os.environ.get("STACK", "heavylift"))
    for name, number in counts.items():
        metrics.add_metric(name, MetricUnit.Count, number)
