"""What calls the functions, as the template says: queues, schedules and the table's stream."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from infra.local.template import Template
from infra.samlocal.intrinsics import Values

UNITS = {"minute": 60, "hour": 3600, "day": 86_400}


@dataclass(frozen=True)
class QueueSource:
    function: str
    queue_arn: str
    batch_size: int = 1
    concurrency: int = 2
    reports_failures: bool = True


@dataclass(frozen=True)
class ScheduleSource:
    function: str
    every_s: int


@dataclass(frozen=True)
class StreamSource:
    function: str
    stream_arn: str
    batch_size: int = 100
    starts_at: str = "TRIM_HORIZON"
    """Or LATEST: without what was written before."""
    patterns: tuple[str, ...] = ()
    """Filter criteria, JSON each; a record goes on if one of them fits."""
    bisects: bool = False
    reports_failures: bool = False


Source = QueueSource | ScheduleSource | StreamSource


def sources(template: Template, values: Values) -> list[Source]:
    """Every event of every function. Raises KeyError for a kind of event that is not known here."""
    return [
        _source(name, event["Type"], values.of(event["Properties"]))
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
        for event in resource["Properties"].get("Events", {}).values()
    ]


def _source(function: str, kind: str, properties: dict[str, Any]) -> Source:
    reports_failures = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])
    match kind:
        case "SQS":
            return QueueSource(
                function,
                properties["Queue"],
                int(properties.get("BatchSize", 10)),
                int(properties.get("ScalingConfig", {}).get("MaximumConcurrency", 2)),
                reports_failures,
            )
        case "Schedule" | "ScheduleV2":
            expression = properties.get("ScheduleExpression") or properties["Schedule"]
            return ScheduleSource(function, _seconds(expression))
        case "DynamoDB":
            filters = properties.get("FilterCriteria", {}).get("Filters", [])
            return StreamSource(
                function,
                properties["Stream"],
                int(properties.get("BatchSize", 100)),
                properties["StartingPosition"],
                tuple(each["Pattern"] for each in filters),
                bisects=str(properties.get("BisectBatchOnFunctionError", False)).lower() == "true",
                reports_failures=reports_failures,
            )
    raise KeyError(f"An event of type {kind}")


def _seconds(expression: str) -> int:
    """`rate(5 minutes)` → 300. Raises KeyError for anything else."""
    found = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if not found:
        raise KeyError(expression)
    return int(found.group(1)) * UNITS[found.group(2)]
