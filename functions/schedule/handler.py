"""The Lambda handler that EventBridge Scheduler calls, each time that an entry fires."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from heavylift.runtime import bootstrap
from heavylift.runtime.metrics import add_counts
from heavylift.runtime.telemetry import Telemetry
from heavylift.service.fire import fire
from heavylift.tasks.registry import register_tasks

register_tasks(Path(__file__).resolve().parents[1])
telemetry = Telemetry.of("schedule")


@telemetry.observe
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Submit the job of the time that the event names. Return what came of it."""
    outcome = fire(bootstrap.get_system(), bootstrap.get_scheduler(), event)
    add_counts(telemetry.metrics, {outcome: 1})
    telemetry.logger.info(
        "a schedule fired", extra={"outcome": outcome, "schedule": event["name"], "tenant": event["tenant"]}
    )
    return {"outcome": outcome}
