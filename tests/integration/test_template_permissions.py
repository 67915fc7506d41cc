"""Each function is allowed what it calls and nothing else, in the roles that SAM makes of the template.

What a key of KMS adds is in test_template_encryption.py.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable
from typing import Any

import pytest

from heavylift.adapters.aws import dynamodb, mappings, s3, s3_uploads, scheduler, sqs
from heavylift.jobs.batches import STOPPING_PARTITIONS, UNCOUNTED_PARTITIONS
from heavylift.jobs.deletion import deleted_partition
from heavylift.jobs.job import JOB_PREFIX, job_key, open_partition, part_key
from heavylift.jobs.kept_models import partition_of
from heavylift.jobs.label_lists import label_partitions
from heavylift.jobs.later import later_partition
from heavylift.jobs.object_keys import model_key
from heavylift.jobs.schedules import unfinished_partition
from heavylift.ports.lanes import Lane
from heavylift.service.dead_letters import dead_partition
from heavylift.service.listing import tenant_partition
from heavylift.webhooks.parking import parked_partition
from infra.local.instance import ROOT, STACK
from tests.support.call_table import (
    ACTIONS,
    ALL_KEYS,
    BUCKET,
    BY_LAMBDA,
    CALLBACKS,
    CALLS,
    DEAD_LETTERS,
    ENTRY,
    FAILED_RECORDS,
    KEYS,
    LABELS,
    MADE,
    MAPPINGS,
    OF_JOBS,
    OF_LATER,
    OTHERS,
    PARTITIONS,
    SCHEDULE_ROLE,
    SQS,
    TABLE,
    work_queue_of,
)
from tests.support.project_docs import DOCS
from tests.support.stack_template import RESOURCES, WORKERS
from tests.support.translated import (
    SETS,
    Call,
    as_list,
    is_allowed,
    of_type,
    resolve,
    statements_of,
)

FOLDERS = ("jobs", "later", "uploads", "models", "orphans", "webhooks", "other")


def list_everything() -> Iterable[Call]:
    """Yield every action that any function may use, on everything of the stack and on what is not of it."""
    queues = [work_queue_of(name, lane) for name in WORKERS for lane in Lane]
    queues += [DEAD_LETTERS, CALLBACKS, FAILED_RECORDS, f"{SQS}{STACK}-others", f"{SQS}another"]
    keyed = [(TABLE, key) for key in KEYS] + [(TABLE.replace("Table", "Another"), key) for key in KEYS]
    keyed += [(f"{TABLE}/index/{name}", key) for name, of in PARTITIONS.items() for key in (of, ALL_KEYS)]
    keyed += [(each.resource, each.key.removesuffix("1")) for each in OTHERS]
    objects = [
        f"{BUCKET}/{folder}/1"
        for folder in ("jobs", "later", "uploads", "models", "schedules", "orphans", "webhooks", "other")
    ]
    for action in [
        *MADE,
        "dynamodb:Scan",
        "dynamodb:DeleteItem",
        "dynamodb:BatchWriteItem",
        "sqs:PurgeQueue",
        "lambda:DeleteEventSourceMapping",
    ]:
        service = action.partition(":")[0]
        if service == "dynamodb":
            yield from (Call(action, where, f"{key}1") for where, key in keyed)
            yield Call(action, f"{TABLE}/stream/1")
        mappings = [*MAPPINGS, f"{min(MAPPINGS)}2"]
        others = {
            "sqs": queues,
            "lambda": mappings,
            "scheduler": [ENTRY, ENTRY.replace("ScheduleGroup", "default")],
            "iam": [SCHEDULE_ROLE, "ApiFunctionRole.Arn"],
            "s3": [*objects, *OF_JOBS, *OF_LATER, BUCKET, f"{BUCKET}2/jobs/1", f"{BUCKET}2"],
        }
        yield from (Call(action, each) for each in others.get(service, []))


@pytest.fixture(scope="module", params=SETS, ids=str)
def roles(request: pytest.FixtureRequest) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        resources = resolve(**request.param)
    found = of_type(resources, "AWS::IAM::Role")
    for policy in of_type(resources, "AWS::IAM::Policy").values():
        for name in policy["Roles"]:
            found[name]["Policies"].append(policy)
    return {name.removesuffix("Role"): each for name, each in found.items()}


def test_every_function_has_a_row_in_the_table_of_calls(roles: dict[str, Any]) -> None:
    assert set(CALLS) == {name for name in roles if name.endswith("Function")}


@pytest.mark.parametrize("name", CALLS)
def test_a_function_may_make_its_calls_and_no_others(roles: dict[str, Any], name: str) -> None:
    statements = statements_of(roles[name])
    assert {call for call in list_everything() if is_allowed(statements, call)} == CALLS[name]
    allowed = {a for each in statements for a in as_list(each["Action"]) if not a.startswith("kms:")}
    assert allowed == {call.action for call in CALLS[name]}  # no action that list_everything leaves out


def test_the_table_of_calls_has_every_method_that_the_adapters_call() -> None:
    source = "".join(
        inspect.getsource(module) for module in (dynamodb, mappings, s3, s3_uploads, scheduler, sqs)
    )
    methods = set(re.findall(r"self\._client\.([a-z_]+)\(", source)) - {"get_paginator"}
    methods |= set(re.findall(r'get_paginator\("(\w+)"\)', source))
    assert methods == set(ACTIONS)
    assert {action for each in ACTIONS.values() for action in each} | BY_LAMBDA == MADE


def test_the_table_of_calls_has_every_key_of_the_table() -> None:
    code = [*(ROOT / "layers" / "core").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    text = "".join(path.read_text() for path in code)
    found = set(re.findall(r'\bKey\(f?"(\w+#)', text))
    found |= {f"{kind}#" for kind in re.findall(r'window_key\("(\w+)"', text)} | {JOB_PREFIX}
    assert partition_of("x") == "MODELS#x"
    assert model_key("x", "y").startswith("models/")
    assert found | set(LABELS) | {"MODELS#"} == set(KEYS)
    assert [of.removesuffix("t#x") for of in label_partitions("t", "x", ["x"])] == list(LABELS)
    assert part_key("x", "1").pk == job_key("x").pk
    made = (open_partition("x", 0), dead_partition("x"), tenant_partition("x"))
    mine = (parked_partition(1), deleted_partition(1), later_partition(1), unfinished_partition(1))
    counted = (UNCOUNTED_PARTITIONS[1], STOPPING_PARTITIONS[0].replace("0", "1"))
    assert {*mine, *counted} == {each.key for each in OTHERS}
    assert all(of.startswith(prefix) for of, prefix in zip(made, PARTITIONS.values(), strict=True))


def test_the_reference_names_every_key_of_the_table() -> None:
    page = (DOCS / "reference" / "permissions.md").read_text()
    assert {key for key in KEYS if f"`{key}…`" not in page} == set()


def test_one_statement_allows_all_keys_of_a_submission(roles: dict[str, Any]) -> None:
    """A job, its idempotency key and its labels are one transaction, whose keys may be judged together."""
    together = {"JOB#", "IDEM#", *LABELS}
    wanted = [
        Call(f"dynamodb:{verb}", TABLE, f"{key}1") for verb in ("PutItem", "UpdateItem") for key in together
    ]
    statements = statements_of(roles["ApiFunction"])
    assert any(all(is_allowed([each], call) for call in wanted) for each in statements)


@pytest.mark.parametrize("name", ["ApiFunction", "LearnWorkerFunction"])
def test_one_statement_allows_all_keys_of_a_job_and_its_kept_model(roles: dict[str, Any], name: str) -> None:
    verbs, keys = ("PutItem", "UpdateItem"), ("JOB#", "MODELS#")
    wanted = [Call(f"dynamodb:{verb}", TABLE, f"{key}1") for verb in verbs for key in keys]
    assert any(all(is_allowed([each], call) for call in wanted) for each in statements_of(roles[name]))


def test_everything_is_named_only_by_the_policies_of_logs_and_x_ray(roles: dict[str, Any]) -> None:
    for role in roles.values():
        managed = {arn.rpartition("/")[2] for arn in role.get("ManagedPolicyArns", [])}
        assert managed <= {
            "AWSLambdaBasicExecutionRole",
            "AWSXrayWriteOnlyAccess",
            "AWSXRayDaemonWriteAccess",
        }
        for statement in statements_of(role):
            assert "*" not in as_list(statement["Resource"])
            assert not [action for action in as_list(statement["Action"]) if "*" in action]


def test_each_role_of_the_scheduler_may_run_one_function_only(roles: dict[str, Any]) -> None:
    found = [
        (statement["Action"], statement["Resource"])
        for name in roles
        if not name.endswith("Function")
        for statement in statements_of(roles[name])
    ]
    functions = [f"{name}Function.Arn" for name in ("Janitor", "Schedule")]
    assert sorted(found) == [("lambda:InvokeFunction", name) for name in functions]


@pytest.mark.parametrize("boundary", ["", "arn:aws:iam::000000000000:policy/boundary"])
def test_a_permissions_boundary_limits_every_role(boundary: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    every_role = of_type(resolve(PermissionsBoundary=boundary), "AWS::IAM::Role")
    assert {each.get("PermissionsBoundary", "") for each in every_role.values()} == {boundary}


def test_no_statement_of_the_template_is_one_of_sams_wide_policies() -> None:
    assert "CrudPolicy" not in json.dumps(RESOURCES)
    assert "PollerPolicy" not in json.dumps(RESOURCES)


def test_no_rule_of_the_bucket_deletes_models() -> None:
    rules = RESOURCES["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    expiring = [rule["Prefix"] for rule in rules if "ExpirationInDays" in rule]
    assert expiring == ["jobs/", "later/", "uploads/", "orphans/"]


def test_the_bucket_is_private() -> None:
    blocked = RESOURCES["Bucket"]["Properties"]["PublicAccessBlockConfiguration"]
    assert len(blocked) == 4
    assert all(blocked.values())
