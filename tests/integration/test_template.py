"""template.yaml and infra/queue.yaml keep the rules of the design."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from api.settings import ApiSettings
from heavylift.jobs.job import job_key, part_key
from heavylift.jobs.retry import BASE_S, CAP_S, THROTTLE_PAUSE_S
from heavylift.settings import Settings
from heavylift.tasks.registry import TASKS
from heavylift.worker.runner import LEASE_MARGIN_S
from infra.local.flatten import load_flat
from infra.local.instance import ROOT
from infra.local.template import load, replace_images_with_sources
from pack_tasks import find_light_files

TEMPLATE = load_flat(ROOT / "template.yaml")
NESTED = load((ROOT / "template.yaml").read_text())["Resources"]
IMAGE_WORKER, ZIP_WORKER = (
    load((ROOT / "infra" / file).read_text()) for file in ("worker.yaml", "worker-zip.yaml")
)
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
DEAD_LETTERS = RESOURCES["DeadLetterQueue"]["Properties"]
JANITOR = FUNCTIONS["JanitorFunction"]["Properties"]
worker = pytest.mark.parametrize("name", WORKERS)


def mapping_of(name: str) -> dict[str, Any]:
    """Return the properties of the event source mapping of a worker."""
    mappings = of_type("AWS::Lambda::EventSourceMapping").values()
    [mapping] = [m["Properties"] for m in mappings if m["Properties"]["FunctionName"] == {"Ref": name}]
    return dict(mapping)


def queue_of(name: str) -> dict[str, Any]:
    """Return the properties of a worker's queue."""
    queue: dict[str, Any] = RESOURCES[mapping_of(name)["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]
    return queue


def worker_of(name: str) -> str:
    return str(WORKERS[name]["Environment"]["Variables"]["WORKER"])


def value_of(setting: Any) -> Any:
    """Return what a property of a worker has by default: a parameter's, or what the worker's block says."""
    return TEMPLATE["Parameters"][setting["Ref"]]["Default"] if isinstance(setting, dict) else setting


def statements_of(name: str) -> list[dict[str, Any]]:
    return [s for p in FUNCTIONS[name]["Properties"]["Policies"] for s in p.get("Statement", [])]


def test_there_are_workers() -> None:
    assert {"PagesWorkerFunction", "OcrWorkerFunction", "MessageWorkerFunction"} <= set(WORKERS)


@worker
def test_a_worker_takes_one_message_at_a_time_and_reports_it(name: str) -> None:
    work = mapping_of(name)
    assert work["BatchSize"] == 1
    assert work["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 2 <= value_of(work["ScalingConfig"]["MaximumConcurrency"]) <= 1000


@worker
def test_a_worker_has_a_queue_of_its_name(name: str) -> None:
    text, values = queue_of(name)["QueueName"]["Fn::Sub"]
    assert text == "${Stack}-work-${Worker}"
    assert values == {"Stack": {"Ref": "AWS::StackName"}, "Worker": worker_of(name)}


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
    assert set(ZIP_WORKER["Parameters"]) - set(IMAGE_WORKER["Parameters"]) == {"CoreLayer"}
    for section in ("Conditions", "Outputs"):
        assert IMAGE_WORKER[section] == ZIP_WORKER[section]
    others = set(IMAGE_WORKER["Resources"]) - {"Function"}
    assert all(IMAGE_WORKER["Resources"][each] == ZIP_WORKER["Resources"][each] for each in others)


@worker
def test_one_value_gives_a_worker_its_time(name: str) -> None:
    timeout = WORKERS[name]["Timeout"]
    assert queue_of(name)["VisibilityTimeout"]["Fn::FindInMap"][1] == timeout
    named = (
        TEMPLATE["Parameters"][timeout["Ref"]]["AllowedValues"] if isinstance(timeout, dict) else [timeout]
    )
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
    redrive = queue_of(name)["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    assert DEAD_LETTERS["MessageRetentionPeriod"] == 14 * 24 * 3600


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
    longest = value_of(WORKERS[name]["Timeout"]) + LEASE_MARGIN_S
    for spec in TASKS.values():
        if spec.queue == queue:
            assert spec.max_attempts * longest + (spec.max_attempts - 1) * (BASE_S + CAP_S) < spec.deadline_s


def test_the_janitor_takes_every_dead_letter() -> None:
    [source] = [event["Properties"] for event in JANITOR["Events"].values() if event["Type"] == "SQS"]
    assert source["Queue"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    polled = [p["SQSPollerPolicy"] for p in JANITOR["Policies"] if "SQSPollerPolicy" in p]
    assert polled == [{"QueueName": {"Fn::GetAtt": ["DeadLetterQueue", "QueueName"]}}]


def test_a_dead_letter_stays_hidden_for_six_janitor_timeouts() -> None:
    assert DEAD_LETTERS["VisibilityTimeout"] >= 6 * JANITOR["Timeout"]


@pytest.mark.parametrize("name", ["ApiFunction", "JanitorFunction"])
def test_the_api_and_the_janitor_may_look_up_and_use_every_workers_queue(name: str) -> None:
    [granted] = [s for s in statements_of(name) if "sqs:SendMessage" in s["Action"]]
    assert {"sqs:GetQueueUrl", "sqs:GetQueueAttributes"} <= set(granted["Action"])
    assert granted["Resource"]["Fn::Sub"].endswith(":${AWS::StackName}-work-*")


@worker
def test_a_worker_may_use_its_own_queue_only(name: str) -> None:
    """It sends the parts of its jobs."""
    [granted] = [s for s in statements_of(name) if any(a.startswith("sqs:") for a in s["Action"])]
    assert {"sqs:SendMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes"} <= set(granted["Action"])
    assert granted["Resource"] == mapping_of(name)["EventSourceArn"]


@worker
def test_a_worker_may_read_and_write_jobs_only(name: str) -> None:
    [granted] = [s for s in statements_of(name) if any(a.startswith("dynamodb:") for a in s["Action"])]
    assert granted["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["JOB#*"]}}
    assert job_key("x").pk.startswith("JOB#")
    assert part_key("x", "1").pk.startswith("JOB#")


@worker
def test_a_worker_finds_its_queue_by_the_prefix_that_all_have(name: str) -> None:
    everywhere = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]["QUEUE_PREFIX"]["Fn::Sub"]
    text, values = WORKERS[name]["Environment"]["Variables"]["QUEUE_PREFIX"]["Fn::Sub"]
    assert text.replace("${Stack}", "${" + values["Stack"]["Ref"] + "}") == everywhere
    assert queue_of(name)["QueueName"]["Fn::Sub"][0] == text + "${Worker}"


def test_every_task_has_a_worker() -> None:
    workers = {properties["Environment"]["Variables"]["WORKER"] for properties in WORKERS.values()}
    assert {spec.queue for spec in TASKS.values()} == workers


def test_the_limits_of_the_api_are_those_of_workers() -> None:
    environment = RESOURCES["ApiFunction"]["Properties"]["Environment"]["Variables"]
    limits = re.findall(r'"(\w+)": \$\{(\w+)\}', environment["QUEUE_LIMITS"]["Fn::Sub"])
    assert {name for name, _ in limits} <= {worker_of(name) for name in WORKERS}
    assert {parameter for _, parameter in limits} <= set(TEMPLATE["Parameters"])
    assert environment["QUEUE_LIMIT"] == {"Ref": "QueueLimit"}


def test_keys_and_rates_are_on_by_default() -> None:
    environment = RESOURCES["ApiFunction"]["Properties"]["Environment"]["Variables"]
    defaults = {
        name: TEMPLATE["Parameters"][value["Ref"]]["Default"]
        for name, value in environment.items()
        if "Ref" in value
    }
    settings = ApiSettings.read({name: str(value) for name, value in defaults.items()})
    assert settings == ApiSettings(queue_limit=TEMPLATE["Parameters"]["QueueLimit"]["Default"])
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


def test_without_images_only_functions_differ() -> None:
    swapped = replace_images_with_sources(TEMPLATE)
    assert IMAGES
    assert {name for name in RESOURCES if swapped["Resources"][name] != RESOURCES[name]} <= set(FUNCTIONS)
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
def test_an_images_dockerfile_and_all_that_it_copies_are_there(name: str) -> None:
    worker = worker_of(name)
    assert RESOURCES[name]["Metadata"]["Dockerfile"]["Fn::Sub"][0] == "functions/${Worker}/Dockerfile"
    dockerfile = (ROOT / "functions" / worker / "Dockerfile").read_text()
    assert f"COPY requirements/{worker}.txt " in dockerfile  # its group is locked: tests/architecture
    for source in re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE):
        assert (ROOT / source).exists(), source


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - IMAGES - set(WORKERS)))
def test_a_zip_function_is_built_from_its_own_folder_and_the_task_files(name: str, tmp_path: Path) -> None:
    assert FUNCTIONS[name]["Metadata"]["BuildMethod"] == "makefile"
    package, module, _ = FUNCTIONS[name]["Properties"]["Handler"].split(".")
    make = ["make", "-s", f"build-{name}", f"ARTIFACTS_DIR={tmp_path}"]
    subprocess.run(make, cwd=ROOT / "functions", check=True, timeout=30)
    assert (tmp_path / package / f"{module}.py").is_file()
    others = {path for path in tmp_path.rglob("*.py") if path.relative_to(tmp_path).parts[0] != package}
    light = {tmp_path / path.relative_to(ROOT / "functions") for path in find_light_files()}
    assert others in (set(), light)
    code = "from heavylift.tasks.registry import TASKS, register_tasks; from pathlib import Path; "
    code += f"register_tasks(Path({str(tmp_path)!r})); print(len(TASKS))"
    packed = os.pathsep.join([str(tmp_path), str(ROOT / "layers" / "core")])
    ran = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": packed}, capture_output=True, text=True, check=True
    )
    assert int(ran.stdout) == (len(TASKS) if others else 0)


@pytest.mark.parametrize("name", sorted(set(WORKERS) - IMAGES))
def test_a_zip_worker_is_built_from_its_own_folder(name: str, tmp_path: Path) -> None:
    worker = worker_of(name)
    make = ["make", "-s", "build-Function", f"ARTIFACTS_DIR={tmp_path}"]
    uv = os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    subprocess.run(make, cwd=ROOT / "functions" / worker, check=True, timeout=60, env=uv)
    there = {path.relative_to(ROOT / "functions") for path in (ROOT / "functions" / worker).rglob("*.*")}
    packed = {path.relative_to(tmp_path) for path in (tmp_path / worker).rglob("*.*")}
    assert {path for path in there if "__pycache__" not in path.parts} - packed <= {
        Path(worker, "requirements.txt")
    }
    assert packed <= there
    assert not (tmp_path / worker / "Makefile").exists()


@pytest.mark.parametrize("name", of_type("AWS::Serverless::LayerVersion"))
def test_a_layer_is_built_for_lambdas_python_and_processor(name: str) -> None:
    layer = RESOURCES[name]
    assert layer["Metadata"] == {"BuildMethod": "makefile", "BuildArchitecture": {"Ref": "Architecture"}}
    makefile = (ROOT / layer["Properties"]["ContentUri"] / "Makefile").read_text()
    assert f"build-{name}:" in makefile
    assert "--python-version 3.13" in makefile
