"""Every function, every queue and the HTTP API of the translated template has alarms on what AWS counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from heavylift.ports.lanes import Lane, lane_of
from heavylift.tasks.registry import TASKS
from heavylift.webhooks.delivery_state import JITTER
from heavylift.webhooks.parking import MAX_HIDDEN_S
from tests.support.project_docs import DOCS
from tests.support.translated import TEMPLATE, of_type, resolve

ALARM = "AWS::CloudWatch::Alarm"
OF_AWS = {
    ("AWS/Lambda", "Errors"): ("FunctionName", "Sum"),
    ("AWS/Lambda", "Throttles"): ("FunctionName", "Sum"),
    ("AWS/Lambda", "IteratorAge"): ("FunctionName", "Maximum"),
    ("AWS/Lambda", "ClaimedAccountConcurrency"): (None, "Maximum"),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): ("QueueName", "Maximum"),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): ("QueueName", "Maximum or Minimum"),
    ("AWS/ApiGateway", "5xx"): ("ApiId", "Sum"),
}
"""AWS's metrics, the dimension under which AWS publishes each, and the statistic that makes sense of it."""
TOPIC = "arn:aws:sns:us-east-1:000000000000:alarms"


@pytest.fixture(scope="module", params=[{}, {"AlarmTopic": TOPIC, "Tracing": "PassThrough"}], ids=str)
def resources(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield resolve(**request.param)


def watched(resources: dict[str, Any], metric: str) -> list[str]:
    """Return the dimension's values of the alarms on a metric."""
    alarms = of_type(resources, ALARM).values()
    return [a["Dimensions"][0]["Value"] for a in alarms if a["MetricName"] == metric and a["Dimensions"]]


def queues_of(resources: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Return the names of the queues of work, and of those for what failed."""
    names = {
        name: each.get("QueueName", name) for name, each in of_type(resources, "AWS::SQS::Queue").items()
    }
    arns = {
        each["RedrivePolicy"]["deadLetterTargetArn"].rpartition(":")[2]
        for each in of_type(resources, "AWS::SQS::Queue").values()
        if "RedrivePolicy" in each
    }
    return set(names.values()) - arns, arns


def test_every_function_has_an_alarm_on_errors_and_on_throttles(resources: dict[str, Any]) -> None:
    functions = sorted(of_type(resources, "AWS::Lambda::Function"))
    assert len(functions) >= 8
    assert sorted(watched(resources, "Errors")) == functions
    assert sorted(watched(resources, "Throttles")) == functions


def test_every_queue_has_an_alarm_on_messages_that_nobody_takes(resources: dict[str, Any]) -> None:
    of_work, of_failures = queues_of(resources)
    assert len(of_work) >= 5
    in_a_hurry = [name for name in of_work if lane_of(name) == Lane.STANDARD]
    assert sorted(watched(resources, "ApproximateAgeOfOldestMessage")) == sorted(in_a_hurry)
    assert sorted(watched(resources, "ApproximateNumberOfMessagesVisible")) == sorted(of_failures)


def test_the_gateway_the_stream_and_the_accounts_concurrency_have_one_each(resources: dict[str, Any]) -> None:
    assert watched(resources, "5xx") == list(of_type(resources, "AWS::ApiGatewayV2::Api"))
    mappings = of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    streams = [each["FunctionName"] for each in mappings if "StartingPosition" in each]
    assert watched(resources, "IteratorAge") == streams
    [concurrency] = [
        each
        for each in of_type(resources, ALARM).values()
        if each["MetricName"] == "ClaimedAccountConcurrency"
    ]
    assert concurrency["Threshold"] == "800"


def test_every_metric_is_published_under_the_dimensions_of_its_alarm(resources: dict[str, Any]) -> None:
    for name, alarm in of_type(resources, ALARM).items():
        dimensions = [each["Name"] for each in alarm["Dimensions"]]
        if alarm["Namespace"] == "Heavylift":
            assert dimensions == ["stack"]
            continue
        dimension, statistic = OF_AWS[alarm["Namespace"], alarm["MetricName"]]
        assert dimensions == ([dimension] if dimension else []), name
        assert alarm["Statistic"] in statistic


def test_an_alarm_and_its_end_are_sent_to_the_topic(
    resources: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    wanted = [TOPIC] if "AlarmTopic" in str(request.node.callspec.params) else []
    for name, alarm in of_type(resources, ALARM).items():
        assert (alarm["AlarmActions"], alarm["OKActions"]) == (wanted, wanted), name


def test_a_queue_is_noticed_before_its_jobs_expire_and_no_callback_by_its_pauses() -> None:
    thresholds = {
        name: int(each["Properties"]["Threshold"])
        for name, each in TEMPLATE["Resources"].items()
        if each["Type"] == ALARM and each["Properties"]["MetricName"] == "ApproximateAgeOfOldestMessage"
        if "Bulk" not in name
    }
    of_callbacks = thresholds.pop("CallbackQueueOldMessages")
    assert max(thresholds.values()) < min(spec.deadline_s for spec in TASKS.values())
    pauses = map(int, TEMPLATE["Parameters"]["CallbackPauses"]["Default"].split(","))
    assert of_callbacks > 2 * (1 + JITTER) * sum(pause for pause in pauses if pause <= MAX_HIDDEN_S)
    assert of_callbacks > 2 * MAX_HIDDEN_S


def test_the_costs_name_the_number_of_alarms() -> None:
    """Each has one metric, which CloudWatch bills."""
    alarms = {name: each for name, each in TEMPLATE["Resources"].items() if each["Type"] == ALARM}
    assert not [name for name, each in alarms.items() if "Metrics" in each["Properties"]]
    of_a_worker = [name for name in alarms if name.startswith("PagesWorker") and "Bulk" not in name]
    own = [name for name in alarms if "Worker" not in name]
    text = " ".join((DOCS / "how-to" / "deploy.md").read_text().split())
    assert f"{len(own)} alarms and {len(of_a_worker)} for each worker" in text
