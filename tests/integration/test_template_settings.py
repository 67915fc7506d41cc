"""template.yaml keeps the rules of retention, of dead letters and of the API's settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.settings import ApiSettings
from heavylift.jobs.job import BATCH_TASK
from heavylift.jobs.later import DAY_S, MAX_DELAY_S, MAX_WAIT_S, NEAR_S
from heavylift.jobs.object_keys import LATER
from heavylift.settings import Settings
from heavylift.tasks.registry import TASKS
from infra.local.instance import ROOT
from infra.local.template import load
from tests.support.stack_template import (
    DEAD_LETTERS,
    FUNCTIONS,
    RESOURCES,
    TEMPLATE,
    WORKERS,
    mapping_of,
    worker_of,
)

JANITOR = FUNCTIONS["JanitorFunction"]["Properties"]


@pytest.mark.parametrize("hours", TEMPLATE["Parameters"]["RetentionHours"]["AllowedValues"])
def test_objects_outlive_the_jobs_that_list_them(hours: int) -> None:
    """The bucket's lifecycle counts in days, so a day is added to the settings' time."""
    days = TEMPLATE["Mappings"]["BucketDays"][str(hours)]["Days"]
    settings = Settings(table_name="t", bucket_name="b", queue_prefix="q-", retention_hours=hours)
    assert days * 24 * 3600 >= settings.objects_live_until(0) + 24 * 3600
    # The items of a batch live as long as the objects of jobs that run later.
    deadlines = [spec.deadline_s for spec in TASKS.values() if spec.name != BATCH_TASK]
    longest_s = max(deadlines) + hours * 3600
    # A job lives that long, and may be retried at its end.
    assert settings.objects_live_until(0) >= 2 * longest_s


@pytest.mark.parametrize("hours", TEMPLATE["Parameters"]["RetentionHours"]["AllowedValues"])
def test_the_input_of_a_job_outlives_the_longest_delay_and_the_longest_wait(hours: int) -> None:
    days = TEMPLATE["Mappings"]["BucketDays"][str(hours)]
    settings = Settings(table_name="t", bucket_name="b", queue_prefix="q-", retention_hours=hours)
    assert days["LaterDays"] * DAY_S >= settings.objects_live_until(max(MAX_DELAY_S, MAX_WAIT_S)) + DAY_S
    # Of a job that runs soon, they are where those of all jobs are.
    assert days["Days"] * DAY_S > settings.objects_live_until(NEAR_S)
    rules = RESOURCES["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    [later] = [rule for rule in rules if rule.get("Prefix") == LATER]
    assert later["ExpirationInDays"]["Fn::FindInMap"][2] == "LaterDays"


def test_the_janitor_takes_every_dead_letter() -> None:
    source = mapping_of("JanitorFunction")
    assert source["EventSourceArn"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_dead_letter_stays_hidden_for_six_janitor_timeouts() -> None:
    assert DEAD_LETTERS["VisibilityTimeout"] >= 6 * JANITOR["Timeout"]


def test_the_limits_of_the_api_are_those_of_workers() -> None:
    environment = RESOURCES["ApiFunction"]["Properties"]["Environment"]["Variables"]
    limits = re.findall(r'"(\w+)": \$\{(\w+)\}', environment["QUEUE_LIMITS"]["Fn::Sub"])
    assert {name for name, _ in limits} <= {worker_of(name) for name in WORKERS}
    own = {name for name in TEMPLATE["Parameters"] if name.endswith("QueueLimit")}
    own -= {"QueueLimit", "BulkQueueLimit"}
    assert {parameter for _, parameter in limits} == own
    assert all(parameter == f"{name.capitalize()}QueueLimit" for name, parameter in limits)
    assert environment["QUEUE_LIMIT"] == {"Ref": "QueueLimit"}


def test_keys_and_rates_are_on_by_default() -> None:
    environment = RESOURCES["ApiFunction"]["Properties"]["Environment"]["Variables"]
    defaults = {
        name: TEMPLATE["Parameters"][value["Ref"]]["Default"]
        for name, value in environment.items()
        if value.get("Ref") in TEMPLATE["Parameters"]
    }
    settings = ApiSettings.read({name: str(value) for name, value in defaults.items()})
    limits = {f"{lane}queue_limit": f"{lane.capitalize()[:-1]}QueueLimit" for lane in ("", "bulk_")}
    values = {name: TEMPLATE["Parameters"][each]["Default"] for name, each in limits.items()}
    assert settings == ApiSettings(**values)
    assert settings.require_api_key
    assert settings.requests_per_minute == 60


@pytest.mark.parametrize("section", ["Parameters", "Outputs"])
@pytest.mark.parametrize(
    "file", [ROOT / "template.yaml", *(ROOT / "infra").glob("*.yaml")], ids=lambda f: f.name
)
def test_every_parameter_and_output_is_described(file: Path, section: str) -> None:
    for name, each in load(file.read_text()).get(section, {}).items():
        assert each.get("Description", "").endswith("."), name


def test_a_failed_sweep_is_not_run_again() -> None:
    """The next one starts within a minute; runs that pile up would take each other's turns."""
    [schedule] = [event["Properties"] for event in JANITOR["Events"].values()]
    assert schedule["RetryPolicy"] == {"MaximumRetryAttempts": 0}  # Scheduler's
    assert JANITOR["EventInvokeConfig"]["MaximumRetryAttempts"] == 0  # Lambda's, of an asynchronous call
    assert JANITOR["EventInvokeConfig"]["MaximumEventAgeInSeconds"] == 60
