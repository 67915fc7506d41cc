"""Reads the event sources of the functions from the template: queues, schedules, the table's stream."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from infra.local.template import Template
from infra.samlocal.intrinsics import ExpressionResolver
from infra.samlocal.mappings import mapping_id
from infra.samlocal.recurrence import parse_rate


@dataclass(frozen=True)
class QueueSource:
    function: str
    queue_arn: str
    batch_size: int = 1
    concurrency: int = 2
    reports_failures: bool = True
    mapping: str = ""
    """The id of the event source mapping."""


@dataclass(frozen=True)
class ScheduleSource:
    function: str
    interval_s: int


@dataclass(frozen=True)
class EntrySource:
    group: str
    """A group of entries of EventBridge Scheduler. Each entry names its function."""


@dataclass(frozen=True)
class StreamSource:
    function: str
    stream_arn: str
    batch_size: int = 100
    starting_position: str = "TRIM_HORIZON"
    """TRIM_HORIZON, or LATEST to skip records written before the start."""
    patterns: tuple[str, ...] = ()
    """Filter patterns in JSON. A record is passed on if it matches one of them."""
    bisects: bool = False
    reports_failures: bool = False


Source = QueueSource | ScheduleSource | EntrySource | StreamSource


def read_event_sources(template: Template, resolver: ExpressionResolver) -> list[Source]:
    """Return every event source of every function, and every group of entries.

    Raises KeyError for an unsupported type of event.
    """
    events = [
        _read_source(name, event["Type"], resolver.resolve(event["Properties"]))
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
        for event in resource["Properties"].get("Events", {}).values()
    ]
    mappings = [
        _read_mapping(name, resolver.resolve(resource["Properties"]))
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Lambda::EventSourceMapping"
    ]
    groups = [
        EntrySource(resolver.resolve({"Ref": name}))
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Scheduler::ScheduleGroup"
    ]
    return [*events, *mappings, *groups]


def _read_mapping(logical_id: str, properties: dict[str, Any]) -> Source:
    """Return the source of an event source mapping. Only a stream has a starting position."""
    kind, name = ("DynamoDB", "Stream") if "StartingPosition" in properties else ("SQS", "Queue")
    found = _read_source(properties["FunctionName"], kind, properties | {name: properties["EventSourceArn"]})
    return replace(found, mapping=mapping_id(logical_id)) if isinstance(found, QueueSource) else found


def _read_source(function: str, type_: str, properties: dict[str, Any]) -> Source:
    reports_failures = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])
    match type_:
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
            return ScheduleSource(function, parse_rate(expression))
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
    raise KeyError(f"Unsupported type of event: {type_}")
