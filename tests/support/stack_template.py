"""template.yaml with its workers written out, as the template's tests look at it."""

from __future__ import annotations

from typing import Any

import pytest

from heavylift.ports.lanes import Lane
from infra.local.flatten import load_flat
from infra.local.instance import ROOT
from infra.local.template import load

TEMPLATE = load_flat(ROOT / "template.yaml")
QUEUE = load((ROOT / "infra" / "queue.yaml").read_text())
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: each for name, each in RESOURCES.items() if each["Type"] == kind}


def is_worker(function: dict[str, Any]) -> bool:
    return "WORKER" in function["Properties"].get("Environment", {}).get("Variables", {})


FUNCTIONS = of_type("AWS::Serverless::Function")
WORKERS = {name: each["Properties"] for name, each in FUNCTIONS.items() if is_worker(each)}
DEAD_LETTERS = RESOURCES["DeadLetterQueue"]["Properties"]
worker = pytest.mark.parametrize("name", WORKERS)


def mapping_of(name: str, lane: Lane = Lane.STANDARD) -> dict[str, Any]:
    """Return the properties of the event source mapping of a function; of a worker, that of its lane."""
    mappings = of_type("AWS::Lambda::EventSourceMapping").items()
    [mapping] = [
        each["Properties"]
        for mapping, each in mappings
        if each["Properties"]["FunctionName"] == {"Ref": name} and ("Bulk" in mapping) == (lane == Lane.BULK)
    ]
    return dict(mapping)


def queue_properties_of(name: str, lane: Lane = Lane.STANDARD) -> dict[str, Any]:
    """Return the properties of the queue of a worker's lane."""
    source = mapping_of(name, lane)["EventSourceArn"]["Fn::GetAtt"][0]
    queue: dict[str, Any] = RESOURCES[source]["Properties"]
    return queue


def worker_of(name: str) -> str:
    return str(WORKERS[name]["Environment"]["Variables"]["WORKER"])
