"""infra/monitoring.yaml watches metrics that the code writes."""

from __future__ import annotations

import re

import pytest

from heavylift.recovery.dead_message import DeadMessageOutcome
from heavylift.worker.outcome import JobOutcome
from infra.local.instance import ROOT
from infra.local.template import load

MONITORING = load((ROOT / "infra" / "monitoring.yaml").read_text())
ALARMS = {
    name: each["Properties"]
    for name, each in MONITORING["Resources"].items()
    if each["Type"] == "AWS::CloudWatch::Alarm"
}
CORE, JANITOR = ROOT / "layers" / "core" / "heavylift", ROOT / "functions" / "janitor"
WEBHOOKS, API = ROOT / "functions" / "webhooks", ROOT / "functions" / "api"
BATCHES = ROOT / "functions" / "batches"
COUNTED = {*JobOutcome, *DeadMessageOutcome} | {
    name
    for path in (
        *(CORE / "recovery").glob("*.py"),
        *(CORE / "runtime" / "queue_handler.py", CORE / "worker" / "runner.py"),
        *JANITOR.glob("*.py"),
        *(WEBHOOKS / "deliver.py", WEBHOOKS / "deliver_outputs.py", API / "metrics.py"),
        BATCHES / "messages.py",
    )
    for name in re.findall(r'"([A-Z][a-z]+(?:[A-Z][a-z]+)+)"', path.read_text())
}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_watches_a_metric_that_the_code_writes(name: str) -> None:
    alarm = ALARMS[name]
    assert alarm["MetricName"] in COUNTED
    assert alarm["Namespace"] == "Heavylift"
    assert alarm["Dimensions"] == [{"Name": "stack", "Value": {"Ref": "Stack"}}]


def test_the_reference_lists_every_metric_and_no_other() -> None:
    reference = ROOT / "docs" / "reference"
    rows = re.findall(r"^\| `([A-Z]\w+)` \|", (reference / "metrics.md").read_text(), re.MULTILINE)
    of_callbacks = (reference / "callbacks.md").read_text().partition("## Metrics")[2]
    listed = {*rows, *re.findall(r"`([A-Z]\w+)`", of_callbacks)}
    assert listed == {str(name) for name in COUNTED}


def test_the_names_of_the_stack_are_the_ones_written() -> None:
    template = load((ROOT / "template.yaml").read_text())
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["STACK"] == template["Resources"]["Monitoring"]["Properties"]["Parameters"]["Stack"]
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "Heavylift"
