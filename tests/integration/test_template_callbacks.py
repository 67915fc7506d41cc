"""template.yaml keeps the rules of callbacks."""

from __future__ import annotations

import json
import re
from datetime import timedelta

from heavylift.jobs.states import OPEN_STATES
from heavylift.webhooks.delivery_state import LEASE_S
from heavylift.webhooks.output_delivery import DELIVERY_LEASE_S
from heavylift.webhooks.parking import CALLBACKS, MAX_HIDDEN_S, RESEND_S
from infra.local.instance import ROOT
from infra.local.staging import SETTINGS
from infra.local.template import load
from tests.support.stack_template import mapping_of
from webhooks.settings import WebhookSettings

TEMPLATE = load((ROOT / "template.yaml").read_text())
PARAMETERS, RESOURCES = TEMPLATE["Parameters"], TEMPLATE["Resources"]
QUEUE = load((ROOT / "infra" / "queue.yaml").read_text())
STREAM, CALLBACK = (RESOURCES[f"{name}Function"]["Properties"] for name in ("Stream", "Callback"))


def parse_pauses(text: str) -> tuple[float, ...]:
    return WebhookSettings.read({"CALLBACK_PAUSES": text, "CALLBACK_SECONDS": "15"}).callback_pauses


def test_a_callback_is_tried_for_at_least_a_day_on_aws() -> None:
    schedule = parse_pauses(PARAMETERS["CallbackPauses"]["Default"])
    assert schedule == tuple(sorted(schedule))
    assert sum(schedule) >= 24 * 3600
    assert len(schedule) * 2 < QUEUE["Parameters"]["MaxReceives"]["Default"]


def test_only_a_short_pause_is_waited_for_in_the_queue() -> None:
    """Waiting messages are in flight: SQS gives out none of a queue that has about 120,000 of them."""
    assert timedelta(seconds=MAX_HIDDEN_S) <= timedelta(minutes=15)
    assert max(parse_pauses("5,86400")) > MAX_HIDDEN_S


def test_a_message_that_the_janitor_sends_has_time_to_be_delivered_before_the_next() -> None:
    assert 2 * CALLBACK["Timeout"] < RESEND_S


def test_the_embedded_run_tries_for_a_short_while_and_calls_this_machine() -> None:
    settled = dict(pair.split("=", 1) for pair in SETTINGS["parameter_overrides"])
    assert sum(parse_pauses(settled["CallbackPauses"])) < 120
    assert settled["PrivateCallbacks"] == "true"
    assert re.fullmatch(PARAMETERS["CallbackPauses"]["AllowedPattern"], settled["CallbackPauses"])


def test_private_addresses_are_not_called_by_default() -> None:
    assert PARAMETERS["PrivateCallbacks"]["Default"] == "false"
    environment = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    assert environment["PRIVATE_CALLBACKS"] == {"Ref": "PrivateCallbacks"}


def test_an_attempt_is_over_before_another_may_begin() -> None:
    looking_up_a_name_s = 30
    assert looking_up_a_name_s + PARAMETERS["CallbackSeconds"]["MaxValue"] < LEASE_S
    assert LEASE_S < CALLBACK["Timeout"] < DELIVERY_LEASE_S
    queue = RESOURCES["CallbackQueue"]["Properties"]
    assert queue["Parameters"]["WorkerTimeout"] == CALLBACK["Timeout"]
    assert CALLBACK["Timeout"] in QUEUE["Parameters"]["WorkerTimeout"]["AllowedValues"]


OPEN = ["scheduled", "waiting", "queued", "running"]


def test_only_a_job_that_has_just_ended_and_has_something_to_follow_passes_the_filter() -> None:
    ended = mapping_of("StreamFunction")
    with_callback, awaited, counted, sealed, delivered = (
        json.loads(each["Pattern"]) for each in ended["FilterCriteria"]["Filters"]
    )
    assert sealed == {
        "eventName": ["MODIFY"],
        "dynamodb": {
            "OldImage": {"phase": {"S": ["queued", "running"]}},
            "NewImage": {"status": {"S": ["DONE"]}, "sealed": {"S": [{"exists": True}]}},
        },
    }
    assert delivered == {
        "eventName": ["MODIFY"],
        "dynamodb": {
            "OldImage": {"phase": {"S": ["queued", "running"]}},
            "NewImage": {"status": {"S": ["DONE"]}, "deliver_url": {"S": [{"exists": True}]}},
        },
    }
    assert with_callback == {
        "eventName": ["MODIFY"],
        "dynamodb": {
            "OldImage": {"phase": {"S": OPEN}},
            "NewImage": {"phase": {"S": ["finished"]}, "callback_url": {"S": [{"exists": True}]}},
        },
    }
    assert awaited == {
        "eventName": ["MODIFY"],
        "dynamodb": {
            "OldImage": {"phase": {"S": OPEN}},
            "NewImage": {"phase": {"S": ["finished"]}, "awaited": {"BOOL": [{"exists": True}]}},
        },
    }
    assert counted == {
        "eventName": ["MODIFY"],
        "dynamodb": {
            "OldImage": {"phase": {"S": OPEN}},
            "NewImage": {"phase": {"S": ["finished"]}, "batch_id": {"S": [{"exists": True}]}},
        },
    }
    assert {state.phase for state in OPEN_STATES} == set(OPEN)
    assert len(ended["FilterCriteria"]["Filters"]) <= 5, "the quota of Lambda, unless AWS is asked for more"
    assert ended["StartingPosition"] == "TRIM_HORIZON"
    assert ended["ParallelizationFactor"] == 10, "a large batch has hundreds of ends a second"
    assert RESOURCES["Table"]["Properties"]["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"


def test_both_functions_and_the_janitor_know_the_queue_and_nothing_else_does() -> None:
    name = RESOURCES["CallbackQueue"]["Properties"]["Parameters"]["Name"]["Fn::Sub"]
    for function in (RESOURCES["JanitorFunction"]["Properties"], STREAM):
        variables = function["Environment"]["Variables"]
        assert variables["CALLBACK_QUEUE_PREFIX"]["Fn::Sub"] + CALLBACKS == name
    assert CALLBACK["Environment"]["Variables"]["QUEUE_PREFIX"]["Fn::Sub"] + CALLBACKS == name
    everywhere = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]["QUEUE_PREFIX"]["Fn::Sub"]
    assert everywhere + CALLBACKS != name


def test_one_message_is_one_delivery() -> None:
    due = mapping_of("CallbackFunction")
    assert due["BatchSize"] == 1
    assert due["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert due["ScalingConfig"]["MaximumConcurrency"] == {"Ref": "CallbackConcurrency"}
