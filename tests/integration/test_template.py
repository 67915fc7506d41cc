"""template.yaml and infra/queue.yaml keep the rules of the design."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from api.settings import ApiSettings
from heavylift.jobs.retry import BASE_S, CAP_S, THROTTLE_PAUSE_S
from heavylift.settings import Settings
from heavylift.tasks.registry import TASKS
from heavylift.worker.runner import LEASE_MARGIN_S
from infra.local.instance import ROOT
from infra.local.template import load, replace_images_with_sources

TEMPLATE = load((ROOT / "template.yaml").read_text())
QUEUE = load((ROOT / "infra" / "queue.yaml").read_text())
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
MAX_LAMBDA_S, MAX_VISIBILITY_S = 900, 43_200


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: each for name, each in RESOURCES.items() if each["Type"] == kind}


def is_worker(function: dict[str, Any]) -> bool:
    return "WORKER" in function["Properties"].get("Environment", {}).get("Variables", {})


FUNCTIONS = of_type("AWS::Serverless::Function")
WORKERS = {name: each["Properties"] for name, each in FUNCTIONS.items() if is_worker(each)}
IMAGES = {name for name, each in FUNCTIONS.items() if each["Properties"].get("PackageType") == "Image"}
JANITOR = FUNCTIONS["JanitorFunction"]["Properties"]
worker = pytest.mark.parametrize("name", WORKERS)


def nested_queue(name: str) -> str:
    """Return the name of the nested stack with the worker's queue."""
    source = WORKERS[name]["Events"]["Work"]["Properties"]["Queue"]
    return str(source["Fn::GetAtt"][0])


def queue_of(name: str) -> dict[str, Any]:
    """Return the properties of the nested stack with the worker's queue."""
    properties: dict[str, Any] = RESOURCES[nested_queue(name)]["Properties"]
    return properties


def test_there_are_workers() -> None:
    assert {"PagesFunction", "OcrFunction", "MessageFunction"} <= set(WORKERS)


@worker
def test_a_worker_takes_one_message_at_a_time_and_reports_it(name: str) -> None:
    work = WORKERS[name]["Events"]["Work"]["Properties"]
    assert work["BatchSize"] == 1
    assert work["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert work["ScalingConfig"]["MaximumConcurrency"]["Ref"] in TEMPLATE["Parameters"]


@worker
def test_a_workers_queue_is_the_nested_template_and_no_other_worker_has_it(name: str) -> None:
    assert queue_of(name)["Location"] == "infra/queue.yaml"
    others = [queue_of(other) for other in WORKERS if other != name]
    assert queue_of(name) not in others


@worker
def test_one_parameter_gives_a_worker_its_time(name: str) -> None:
    parameter = WORKERS[name]["Timeout"]["Ref"]
    assert queue_of(name)["Parameters"]["WorkerTimeout"] == {"Ref": parameter}
    allowed = TEMPLATE["Parameters"][parameter]["AllowedValues"]
    assert set(allowed) <= set(QUEUE["Parameters"]["WorkerTimeout"]["AllowedValues"])
    assert max(allowed) <= MAX_LAMBDA_S


@pytest.mark.parametrize("seconds", QUEUE["Parameters"]["WorkerTimeout"]["AllowedValues"])
def test_a_message_stays_hidden_for_six_worker_timeouts(seconds: int) -> None:
    visibility = QUEUE["Mappings"]["Visibility"][str(seconds)]["Seconds"]
    assert 6 * seconds <= visibility <= MAX_VISIBILITY_S


def test_the_queue_reads_its_visibility_from_that_table() -> None:
    queue = QUEUE["Resources"]["Queue"]["Properties"]
    assert queue["VisibilityTimeout"] == {
        "Fn::FindInMap": ["Visibility", {"Ref": "WorkerTimeout"}, "Seconds"]
    }


def test_a_message_that_can_not_be_handled_ends_in_the_dead_letter_queue() -> None:
    redrive = QUEUE["Resources"]["Queue"]["Properties"]["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    kept = QUEUE["Resources"]["DeadLetterQueue"]["Properties"]["MessageRetentionPeriod"]
    assert kept == 14 * 24 * 3600


@pytest.mark.parametrize("hours", TEMPLATE["Parameters"]["RetentionHours"]["AllowedValues"])
def test_objects_outlive_the_jobs_that_list_them(hours: int) -> None:
    """The bucket's lifecycle counts in days, so a day is added to the settings' time."""
    days = TEMPLATE["Mappings"]["BucketDays"][str(hours)]["Days"]
    settings = Settings(table_name="t", bucket_name="b", queue_prefix="q-", retention_hours=hours)
    assert days * 24 * 3600 >= settings.objects_live_until(0) + 24 * 3600
    longest_s = max(spec.deadline_s for spec in TASKS.values()) + hours * 3600
    # A job lives that long, and may be retried at its end.
    assert settings.objects_live_until(0) >= 2 * longest_s


def test_a_job_throttled_until_its_deadline_is_not_dead_lettered() -> None:
    receives = QUEUE["Parameters"]["MaxReceives"]["Default"]
    assert receives * THROTTLE_PAUSE_S > max(spec.deadline_s for spec in TASKS.values())


@pytest.mark.parametrize("seconds", QUEUE["Parameters"]["WorkerTimeout"]["AllowedValues"])
def test_a_lease_outlives_its_invocation_and_ends_before_the_message_shows(
    seconds: int,
) -> None:
    visibility = QUEUE["Mappings"]["Visibility"][str(seconds)]["Seconds"]
    assert seconds < seconds + LEASE_MARGIN_S < visibility


@worker
def test_every_attempt_fits_before_the_deadline(name: str) -> None:
    """Even if each attempt takes the worker's whole time and the lease of a killed worker must end first."""
    queue = WORKERS[name]["Environment"]["Variables"]["WORKER"]
    longest = TEMPLATE["Parameters"][WORKERS[name]["Timeout"]["Ref"]]["Default"] + LEASE_MARGIN_S
    for spec in TASKS.values():
        if spec.queue == queue:
            assert spec.max_attempts * longest + (spec.max_attempts - 1) * (BASE_S + CAP_S) < spec.deadline_s


@worker
def test_the_janitor_takes_every_workers_dead_letters(name: str) -> None:
    nested = WORKERS[name]["Events"]["Work"]["Properties"]["Queue"]["Fn::GetAtt"][0]
    sources = [event["Properties"] for event in JANITOR["Events"].values() if event["Type"] == "SQS"]
    [source] = [s for s in sources if s["Queue"] == {"Fn::GetAtt": [nested, "Outputs.DeadLetterQueueArn"]}]
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    polled = [p["SQSPollerPolicy"] for p in JANITOR["Policies"] if "SQSPollerPolicy" in p]
    assert {"QueueName": {"Fn::GetAtt": [nested, "Outputs.DeadLetterQueueName"]}} in polled


def test_a_dead_letter_stays_hidden_for_six_janitor_timeouts() -> None:
    hidden = QUEUE["Resources"]["DeadLetterQueue"]["Properties"]["VisibilityTimeout"]
    assert hidden >= 6 * JANITOR["Timeout"]


@pytest.mark.parametrize("name", ["ApiFunction", "JanitorFunction", *WORKERS])
def test_every_sender_may_look_up_and_use_every_workers_queue(name: str) -> None:
    """A worker sends parts. The settings name the queues, so their URLs must be looked up."""
    statements = [s for p in FUNCTIONS[name]["Properties"]["Policies"] for s in p.get("Statement", [])]
    granted = next(s for s in statements if "sqs:SendMessage" in s["Action"])
    assert {"sqs:GetQueueUrl", "sqs:GetQueueAttributes"} <= set(granted["Action"])
    for properties in WORKERS.values():
        assert properties["Events"]["Work"]["Properties"]["Queue"] in granted["Resource"]


def test_every_function_knows_every_workers_queue() -> None:
    queues = json.loads(TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]["QUEUES"]["Fn::Sub"])
    assert queues == {
        properties["Environment"]["Variables"]["WORKER"]: f"${{{nested_queue(name)}.Outputs.QueueName}}"
        for name, properties in WORKERS.items()
    }


def test_every_task_has_a_worker() -> None:
    workers = {properties["Environment"]["Variables"]["WORKER"] for properties in WORKERS.values()}
    assert {spec.queue for spec in TASKS.values()} == workers


def test_the_api_knows_a_limit_for_every_queue() -> None:
    environment = RESOURCES["ApiFunction"]["Properties"]["Environment"]["Variables"]
    limits = re.findall(r'"(\w+)": \$\{(\w+)\}', environment["QUEUE_LIMITS"]["Fn::Sub"])
    assert {name for name, _ in limits} == {
        properties["Environment"]["Variables"]["WORKER"] for properties in WORKERS.values()
    }
    assert {parameter for _, parameter in limits} <= set(TEMPLATE["Parameters"])


def test_keys_and_rates_are_on_by_default() -> None:
    environment = RESOURCES["ApiFunction"]["Properties"]["Environment"]["Variables"]
    defaults = {
        name: TEMPLATE["Parameters"][value["Ref"]]["Default"]
        for name, value in environment.items()
        if "Ref" in value
    }
    settings = ApiSettings.read({name: str(value) for name, value in defaults.items()})
    assert settings == ApiSettings()
    assert settings.require_api_key
    assert settings.requests_per_minute == 60


@pytest.mark.parametrize("section", ["Parameters", "Outputs"])
@pytest.mark.parametrize(
    "file", [ROOT / "template.yaml", *(ROOT / "infra").glob("*.yaml")], ids=lambda f: f.name
)
def test_every_parameter_and_output_is_described(file: Path, section: str) -> None:
    for name, each in load(file.read_text())[section].items():
        assert each.get("Description", "").endswith("."), name


def test_the_bucket_is_private() -> None:
    blocked = RESOURCES["Bucket"]["Properties"]["PublicAccessBlockConfiguration"]
    assert len(blocked) == 4
    assert all(blocked.values())


def test_without_images_only_the_image_functions_differ() -> None:
    swapped = replace_images_with_sources(TEMPLATE)
    assert IMAGES
    assert {name for name in RESOURCES if swapped["Resources"][name] != RESOURCES[name]} == IMAGES
    assert {name: each for name, each in swapped.items() if name != "Resources"} == {
        name: each for name, each in TEMPLATE.items() if name != "Resources"
    }


@pytest.mark.parametrize("name", sorted(IMAGES))
def test_without_images_a_function_keeps_everything_but_where_its_code_is(name: str) -> None:
    before = RESOURCES[name]["Properties"]
    after = replace_images_with_sources(TEMPLATE)["Resources"][name]["Properties"]
    assert set(before) - set(after) == {"PackageType", "ImageConfig"}
    assert set(after) - set(before) == {"CodeUri", "Handler", "Runtime", "Layers"}
    assert all(after[each] == before[each] for each in set(before) & set(after))
    assert after["Handler"] == before["ImageConfig"]["Command"][0]


@pytest.mark.parametrize("name", sorted(IMAGES))
def test_an_images_dockerfile_is_there(name: str) -> None:
    assert (ROOT / RESOURCES[name]["Metadata"]["Dockerfile"]).is_file()


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - IMAGES))
def test_a_zip_function_is_built_from_its_own_folder(name: str, tmp_path: Path) -> None:
    assert FUNCTIONS[name]["Metadata"]["BuildMethod"] == "makefile"
    package, module, _ = FUNCTIONS[name]["Properties"]["Handler"].split(".")
    make = ["make", "-s", f"build-{name}", f"ARTIFACTS_DIR={tmp_path}"]
    subprocess.run(make, cwd=ROOT / "functions", check=True, timeout=30)
    assert [path.name for path in tmp_path.iterdir()] == [package]
    assert (tmp_path / package / f"{module}.py").is_file()


@pytest.mark.parametrize("name", of_type("AWS::Serverless::LayerVersion"))
def test_a_layer_is_built_for_lambdas_python_and_processor(name: str) -> None:
    layer = RESOURCES[name]
    assert layer["Metadata"] == {"BuildMethod": "makefile", "BuildArchitecture": {"Ref": "Architecture"}}
    makefile = (ROOT / layer["Properties"]["ContentUri"] / "Makefile").read_text()
    assert f"build-{name}:" in makefile
    assert "--python-version 3.13" in makefile
