"""The mappings' API: the api's own adapter turns a poller off and on."""

from __future__ import annotations

import threading
from typing import Any

import boto3
import pytest

from heavylift.adapters.aws.mappings import MappingSwitch
from infra.samlocal import mappings as mappings_api
from infra.samlocal import sqs_poller
from infra.samlocal.event_sources import QueueSource
from infra.samlocal.mappings import Mappings, mapping_id, serve_mappings
from infra.samlocal.sqs_poller import SqsPoller

WAIT_S = 10.0


class FakeSqs:
    """A queue that is empty, and sets `polled` at each poll."""

    def __init__(self) -> None:
        self.polled = threading.Event()

    def get_queue_url(self, **_: Any) -> dict[str, str]:
        return {"QueueUrl": "u"}

    def receive_message(self, **_: Any) -> dict[str, Any]:
        self.polled.set()
        return {}


def test_a_poller_stops_while_its_mapping_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqs_poller, "LOOK_S", 0.01)
    mappings, stop, sqs = Mappings(), threading.Event(), FakeSqs()
    with serve_mappings(mappings, 0) as url:
        client: Any = boto3.client(
            "lambda",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        switch = MappingSwitch(client, {"pages": mapping_id("PagesWorkerWork")})
        source = QueueSource("PagesWorkerFunction", "arn:q", mapping=mapping_id("PagesWorkerWork"))
        switch.turn_off("pages")
        assert switch.is_off("pages")
        poller = threading.Thread(
            target=SqsPoller(source, sqs, lambda *_: None, stop, mappings.poll).run, daemon=True
        )
        poller.start()
        assert not sqs.polled.wait(0.2)
        switch.turn_on("pages")
        assert sqs.polled.wait(WAIT_S)
        assert not switch.is_off("pages")
        stop.set()
        poller.join(WAIT_S)


def test_a_mapping_is_disabled_once_the_polls_under_way_have_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mappings_api, "STOP_S", 0)
    mappings = Mappings()
    with mappings.poll("m") as is_on:
        assert is_on
        mappings.set("m", enabled=False)
        assert mappings.state_of("m") == "Disabling"
    assert mappings.state_of("m") == "Disabled"
    with mappings.poll("m") as is_on:
        assert not is_on
    mappings.set("m", enabled=True)
    assert mappings.state_of("m") == "Enabled"


def test_turning_off_waits_for_a_poll_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mappings_api, "STOP_S", WAIT_S)
    mappings, off = Mappings(), threading.Event()

    def turn_off() -> None:
        mappings.set("m", enabled=False)
        off.set()

    with mappings.poll("m"):
        turning = threading.Thread(target=turn_off, daemon=True)
        turning.start()
        assert not off.wait(0.1)
    assert off.wait(WAIT_S)
    turning.join(WAIT_S)
