"""What a stack costs: counts of a job, of a wait and of a sweep, times list prices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tests.unit.budgets import prices

Costs = dict[str, float]
"""Row of the table → US dollars."""

MONTH_S = 730 * 3600
MINUTES = MONTH_S / 60
POLLS_A_MINUTE = 15
"""Of an idle queue: Lambda keeps five pollers, each of which asks for 20 seconds."""
JANITOR_S, JANITOR_GB = 0.3, 0.5
"""A sweep with nothing to do. The seconds are an estimate."""
SWEEP_LOG_BYTES = 1500
API_S, API_GB = 0.03, 1.0
"""A request that does not wait. The seconds are an estimate."""
REQUEST_LOG_BYTES = 1000
GB = 10**9


@dataclass(frozen=True)
class Idle:
    """What a stack has while nothing is to do."""

    queues: int
    """Queues that a function polls."""
    alarms: int
    metrics: int
    sweep: Mapping[str, float]
    """What the ports count in one sweep of the janitor."""


@dataclass(frozen=True)
class Load:
    """Jobs of one kind. A client submits each, waits for it with one request, and lists its outputs."""

    jobs: int
    run_s: float
    worker_gb: float
    wait_s: float
    stored_mb: float
    """Of one job: its input and its outputs, for `STORED_DAYS`."""
    job: Mapping[str, float]
    """What the ports count for one job."""
    wait: Mapping[str, float]
    """What the ports count for the request that waits."""


STORED_DAYS = 4
"""For RetentionHours=24 (BucketDays in template.yaml)."""
REQUESTS = 3


def add_up_idle(idle: Idle) -> Costs:
    """Return the costs of a month in which nothing is submitted."""
    janitor = JANITOR_S * JANITOR_GB * prices.LAMBDA_GB_S + prices.LAMBDA_CALL + prices.SCHEDULE_CALL
    sweep = idle.sweep.get("read units", 0) * prices.READ_UNIT + SWEEP_LOG_BYTES / GB * prices.LOG_GB
    return {
        "SnapStart: one version of the api": API_GB * MONTH_S * prices.SNAPSTART_GB_S,
        "polls of idle queues": idle.queues * POLLS_A_MINUTE * MINUTES * prices.QUEUE_REQUEST,
        "alarms": idle.alarms * prices.ALARM_MONTH,
        "metrics of the janitor": idle.metrics * prices.METRIC_MONTH,
        "the janitor: runs, reads, logs": (janitor + sweep) * MINUTES,
    }


def add_up_load(load: Load) -> Costs:
    """Return the costs of the jobs, beside those of the idle stack."""
    counts = Counter(dict(load.job)) + Counter(dict(load.wait))
    gets = counts["GetObject"] + counts["HeadObject"]
    worker = load.run_s * load.worker_gb * prices.LAMBDA_GB_S + prices.LAMBDA_CALL
    requests = REQUESTS * (API_S * API_GB * prices.LAMBDA_GB_S + prices.LAMBDA_CALL)
    logs = (REQUESTS + 1) * REQUEST_LOG_BYTES / GB * prices.LOG_GB
    stored = load.stored_mb / 1000 * STORED_DAYS / 30 * prices.STORED_GB_MONTH
    each = {
        "the worker": worker,
        "the api: requests": requests + REQUESTS * prices.HTTP_API_REQUEST,
        "the api: the wait": load.wait_s * API_GB * prices.LAMBDA_GB_S,
        "DynamoDB: writes, indexes too": counts["write units"] * prices.WRITE_UNIT,
        "DynamoDB: reads, of waits too": counts["read units"] * prices.READ_UNIT,
        "SQS": counts["queue requests"] * prices.QUEUE_REQUEST,
        "S3: requests": counts["PutObject"] * prices.PUT + gets * prices.GET,
        "S3: storage": stored,
        "logs": logs,
    }
    return {row: cost * load.jobs for row, cost in each.items()}
