"""The template as AWS gets it: translated by the SAM translator, with several sets of parameters."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from samtranslator.translator.transform import transform

from infra.digest import compute_digest
from infra.local.flatten import load_flat
from infra.local.instance import ROOT
from scripts.deploy import merge_parameters, read_parameters

TEMPLATE = load_flat(ROOT / "template.yaml")
NAMES = ("Name", "FunctionName", "QueueName", "TableName", "BucketName", "RoleName", "LayerName")
NAMED_BY_KEY = {
    f"AWS::Lambda::{kind}"
    for kind in ("Alias", "Permission", "Version", "EventSourceMapping", "EventInvokeConfig")
}
"""Their `Name` or `FunctionName` is no name of their own in the account."""
SETS: list[dict[str, str]] = [
    {},
    {"Protect": "true", "RetentionHours": "168", "Tracing": "PassThrough"},
    {"Architecture": "arm64", "RequireApiKey": "false", "LogLevel": "DEBUG"},
]


class NoManagedPolicies:
    def load(self) -> dict[str, str]:
        return {}


def translate(**parameters: str) -> dict[str, Any]:
    template = copy.deepcopy(TEMPLATE)
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for name in ("CodeUri", "ContentUri"):
            if name in properties:
                properties[name] = {"Bucket": "built", "Key": "code"}
        if properties.get("PackageType") == "Image":
            properties["ImageUri"] = "000000000000.dkr.ecr.us-east-1.amazonaws.com/worker:1"
            resource.pop("Metadata")
    defaults = {name: str(each.get("Default", "")) for name, each in template["Parameters"].items()}
    translated: dict[str, Any] = transform(template, {**defaults, **parameters}, NoManagedPolicies())
    return translated


@pytest.fixture(autouse=True)
def _region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def resources_of(translated: dict[str, Any], type_: str) -> dict[str, Any]:
    return {name: each for name, each in translated["Resources"].items() if each["Type"] == type_}


@pytest.mark.parametrize("parameters", SETS)
def test_no_name_is_the_same_for_two_stacks_of_an_account(parameters: dict[str, str]) -> None:
    for logical_id, resource in translate(**parameters)["Resources"].items():
        if resource["Type"] in NAMED_BY_KEY:
            continue
        for name in NAMES:
            value = resource.get("Properties", {}).get(name)
            assert value is None or "AWS::StackName" in json.dumps(value), (logical_id, value)


def test_a_new_release_publishes_a_version_of_the_api_and_the_same_one_does_not() -> None:
    versions = [set(resources_of(translate(Release=each), "AWS::Lambda::Version")) for each in "aab"]
    assert versions[0] == versions[1] != versions[2]


def test_a_release_changes_with_a_built_file_and_with_a_parameter(tmp_path: Path) -> None:
    (tmp_path / "layer.py").write_text("one")
    before = compute_digest(tmp_path, {"RequireApiKey": "true"})
    assert compute_digest(tmp_path, {"RequireApiKey": "true"}) == before
    assert compute_digest(tmp_path, {"RequireApiKey": "false"}) != before
    (tmp_path / "layer.py").write_text("two")
    assert compute_digest(tmp_path, {"RequireApiKey": "true"}) != before


@pytest.mark.parametrize("env", ["dev", "prod"])
def test_a_parameter_that_is_given_drops_none_of_the_environments(env: str) -> None:
    settled = read_parameters(env)
    merged = merge_parameters(settled, "arm64", ["PagesConcurrency=7"])
    assert merged == settled | {"Architecture": "arm64", "PagesConcurrency": "7"}
    assert set(merged) <= set(TEMPLATE["Parameters"])


def test_production_is_protected() -> None:
    assert read_parameters("prod")["Protect"] == "true"
    table = TEMPLATE["Resources"]["Table"]
    assert table["UpdateReplacePolicy"] == "Retain"
    assert table["Properties"]["DeletionProtectionEnabled"] == {"Fn::If": ["Protected", True, False]}


def test_a_new_account_may_have_every_default_of_memory() -> None:
    memories = {n: p["Default"] for n, p in TEMPLATE["Parameters"].items() if n.endswith("Memory")}
    assert memories
    assert max(memories.values()) <= 3008


@pytest.mark.parametrize("parameters", SETS)
def test_a_worker_may_reach_nothing_but_its_own_queue_jobs_and_their_objects(
    parameters: dict[str, str],
) -> None:
    roles = resources_of(translate(**parameters), "AWS::IAM::Role")
    workers = {name: each for name, each in roles.items() if name.endswith("WorkerFunctionRole")}
    assert len(workers) >= 4
    for role in workers.values():
        managed = json.dumps(role["Properties"]["ManagedPolicyArns"])
        assert "SQSQueueExecution" not in managed
        assert "DynamoDBExecution" not in managed
        statements = [s for p in role["Properties"]["Policies"] for s in p["PolicyDocument"]["Statement"]]
        assert all(s["Resource"] != "*" for s in statements)
        actions = {
            a for s in statements for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])
        }
        assert not {a for a in actions if "*" in a or "Delete" in a} - {"sqs:DeleteMessage"}
