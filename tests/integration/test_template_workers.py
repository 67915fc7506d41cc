"""template.yaml gives each worker its block, its queue and its time."""

from __future__ import annotations

from typing import Any

import pytest

from heavylift.jobs.job import BATCH_TASK
from heavylift.jobs.retry import BASE_S, CAP_S, THROTTLE_PAUSE_S
from heavylift.ports.lanes import Lane, queue_of, seconds_for
from heavylift.tasks.registry import TASKS
from heavylift.worker.runner import LEASE_MARGIN_S
from infra.local.instance import ROOT
from infra.local.template import load
from tests.support.stack_template import (
    DEAD_LETTERS,
    QUEUE,
    TEMPLATE,
    WORKERS,
    mapping_of,
    queue_properties_of,
    worker,
    worker_of,
)

NESTED = load((ROOT / "template.yaml").read_text())["Resources"]
IMAGE_WORKER, ZIP_WORKER = (
    load((ROOT / "infra" / file).read_text()) for file in ("worker.yaml", "worker-zip.yaml")
)
MAX_LAMBDA_S, MAX_VISIBILITY_S = 900, 43_200


def value_of(setting: Any) -> Any:
    """Return what a property of a worker has by default: a parameter's, or what the worker's block says."""
    return TEMPLATE["Parameters"][setting["Ref"]]["Default"] if isinstance(setting, dict) else setting


def test_there_are_workers() -> None:
    assert {"PagesWorkerFunction", "OcrWorkerFunction", "MessageWorkerFunction"} <= set(WORKERS)


@worker
@pytest.mark.parametrize("lane", Lane)
def test_a_worker_takes_one_message_at_a_time_and_reports_it(name: str, lane: Lane) -> None:
    work = mapping_of(name, lane)
    assert work["BatchSize"] == 1
    assert work["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 2 <= value_of(work["ScalingConfig"]["MaximumConcurrency"]) <= 1000


@worker
def test_a_worker_has_a_queue_of_its_name(name: str) -> None:
    text, values = queue_properties_of(name)["QueueName"]["Fn::Sub"]
    assert text == "${Stack}-work-${Worker}"
    assert values == {"Stack": {"Ref": "AWS::StackName"}, "Worker": worker_of(name)}


@worker
def test_the_bulk_lane_is_a_queue_of_its_own_with_less_concurrency(name: str) -> None:
    text, values = queue_properties_of(name, Lane.BULK)["QueueName"]["Fn::Sub"]
    assert text == queue_of("${Stack}-work-${Worker}", Lane.BULK)
    assert values == {"Stack": {"Ref": "AWS::StackName"}, "Worker": worker_of(name)}
    scaling = {lane: mapping_of(name, lane)["ScalingConfig"]["MaximumConcurrency"] for lane in Lane}
    assert value_of(scaling[Lane.BULK]) < value_of(scaling[Lane.STANDARD])
    ours, theirs = (queue_properties_of(name, lane) for lane in Lane)
    assert {key: each for key, each in ours.items() if key != "QueueName"}.keys() == theirs.keys() - {
        "QueueName"
    }


def test_a_worker_is_one_block_of_at_most_twenty_lines() -> None:
    text = (ROOT / "template.yaml").read_text()
    for name, resource in NESTED.items():
        if resource.get("Properties", {}).get("Location", "").startswith("infra/worker"):
            block = text.partition(f"\n  {name}:\n")[2].partition("\n\n")[0]
            own = [line for line in block.splitlines() if not line.startswith(" " * 10)]
            assert len(own) + 1 <= 20, name


def test_a_zip_worker_differs_from_an_image_worker_in_its_code_only() -> None:
    image, zipped = IMAGE_WORKER["Resources"]["Function"], ZIP_WORKER["Resources"]["Function"]
    assert set(image["Properties"]) ^ set(zipped["Properties"]) == {
        *("PackageType", "ImageConfig"),
        *("CodeUri", "Handler", "Runtime", "Layers"),
    }
    assert all(value == zipped["Properties"].get(key, value) for key, value in image["Properties"].items())
    parameters = dict(ZIP_WORKER["Parameters"])
    del parameters["CoreLayer"]
    assert parameters == IMAGE_WORKER["Parameters"]
    for section in ("Conditions", "Outputs"):
        assert IMAGE_WORKER[section] == ZIP_WORKER[section]
    others = set(IMAGE_WORKER["Resources"]) - {"Function"}
    assert all(IMAGE_WORKER["Resources"][each] == ZIP_WORKER["Resources"][each] for each in others)


@pytest.mark.parametrize("template", [IMAGE_WORKER, ZIP_WORKER], ids=["image", "zip"])
def test_a_worker_has_itself_what_globals_give_the_other_functions(template: dict[str, Any]) -> None:
    """Globals end at a nested stack. In the flat template, which other tests look at, they do not."""
    everywhere = TEMPLATE["Globals"]["Function"]
    own = template["Resources"]["Function"]["Properties"]
    for name in set(everywhere) - {"Environment"}:
        assert own.get(name) == everywhere[name], name
    missing = set(everywhere["Environment"]["Variables"]) - set(own["Environment"]["Variables"])
    assert not missing


@pytest.mark.parametrize("template", [TEMPLATE, IMAGE_WORKER, ZIP_WORKER])
def test_no_concurrency_is_allowed_that_sqs_refuses(template: dict[str, Any]) -> None:
    limits = {name: each for name, each in template["Parameters"].items() if name.endswith("Concurrency")}
    limits.pop("ApiConcurrency", None)  # not of a queue
    assert limits
    for name, limit in limits.items():
        assert 2 <= limit["MinValue"] <= limit["MaxValue"] <= 1000, name


@worker
def test_one_value_gives_a_worker_its_time(name: str) -> None:
    timeout = WORKERS[name]["Timeout"]
    assert queue_properties_of(name)["VisibilityTimeout"]["Fn::FindInMap"][1] == timeout
    named = (
        TEMPLATE["Parameters"][timeout["Ref"]]["AllowedValues"] if isinstance(timeout, dict) else [timeout]
    )
    assert set(named) <= set(IMAGE_WORKER["Parameters"]["Timeout"]["AllowedValues"])
    assert set(named) <= set(QUEUE["Parameters"]["WorkerTimeout"]["AllowedValues"])
    assert max(named) <= MAX_LAMBDA_S


@pytest.mark.parametrize("seconds", QUEUE["Parameters"]["WorkerTimeout"]["AllowedValues"])
def test_a_message_stays_hidden_for_six_worker_timeouts(seconds: int) -> None:
    visibility = QUEUE["Mappings"]["Visibility"][str(seconds)]["Seconds"]
    assert 6 * seconds <= visibility <= MAX_VISIBILITY_S


def test_the_queue_reads_its_visibility_from_that_table() -> None:
    queue = QUEUE["Resources"]["Queue"]["Properties"]
    assert queue["VisibilityTimeout"] == {
        "Fn::FindInMap": ["Visibility", {"Ref": "WorkerTimeout"}, "Seconds"]
    }


@worker
def test_a_message_that_can_not_be_handled_ends_in_the_dead_letter_queue(name: str) -> None:
    redrive = queue_properties_of(name)["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    assert DEAD_LETTERS["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_a_job_throttled_until_its_deadline_is_not_dead_lettered() -> None:
    receives = QUEUE["Parameters"]["MaxReceives"]["Default"]
    # The worker of batches sends a new message instead of receiving the same one again.
    deadlines = [spec.deadline_s for spec in TASKS.values() if spec.name != BATCH_TASK]
    assert receives * THROTTLE_PAUSE_S > max(deadlines)


def test_a_job_of_the_bulk_lane_ends_before_its_parts_and_objects_may_be_removed() -> None:
    shortest = min(TEMPLATE["Parameters"]["RetentionHours"]["AllowedValues"])
    assert seconds_for(0, queue_of("any", Lane.BULK)) < shortest * 3600


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
    longest = value_of(WORKERS[name]["Timeout"]) + LEASE_MARGIN_S
    for spec in TASKS.values():
        if spec.queue == queue:
            assert spec.max_attempts * longest + (spec.max_attempts - 1) * (BASE_S + CAP_S) < spec.deadline_s


@worker
def test_a_worker_finds_its_queue_by_the_prefix_that_all_have(name: str) -> None:
    everywhere = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]["QUEUE_PREFIX"]["Fn::Sub"]
    text, values = WORKERS[name]["Environment"]["Variables"]["QUEUE_PREFIX"]["Fn::Sub"]
    assert text.replace("${Stack}", "${" + values["Stack"]["Ref"] + "}") == everywhere
    assert queue_properties_of(name)["QueueName"]["Fn::Sub"][0] == text + "${Worker}"


def test_every_task_has_a_worker() -> None:
    workers = {properties["Environment"]["Variables"]["WORKER"] for properties in WORKERS.values()}
    assert {spec.queue for spec in TASKS.values()} == workers
