"""The template as AWS gets it: translated by the SAM translator, with several sets of parameters."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from samtranslator.translator.arn_generator import ArnGenerator

from infra.digest import compute_digest
from infra.local.instance import ROOT, STACK
from infra.local.template import load
from infra.samlocal.intrinsics import PSEUDO_PARAMETERS
from scripts.deploy import MAX_STACK_NAME, merge_parameters, read_parameters
from tests.support.translated import KEY_ARN, SETS, TEMPLATE, of_type, resolve, translate

NAMES = (
    *("Name", "FunctionName", "QueueName", "TableName", "BucketName", "RoleName", "LayerName"),
    *("LogGroupName", "AlarmName"),
)
NAMED_BY_KEY = {
    f"AWS::Lambda::{kind}"
    for kind in ("Alias", "Permission", "Version", "EventSourceMapping", "EventInvokeConfig")
}
"""Their `Name` or `FunctionName` is no name of their own in the account."""


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


@pytest.mark.parametrize("wanted", ["true", "false"])
def test_the_api_has_snapshots_where_they_are_wanted(wanted: str) -> None:
    api = of_type(resolve(SnapStart=wanted), "AWS::Lambda::Function")["ApiFunction"]
    assert ("SnapStart" in api) == (wanted == "true")


@pytest.mark.parametrize(("given", "reserved"), [("0", None), ("40", "40")])
def test_the_api_reserves_as_many_executions_as_are_asked_for(given: str, reserved: str | None) -> None:
    api = of_type(resolve(ApiConcurrency=given), "AWS::Lambda::Function")["ApiFunction"]
    assert api.get("ReservedConcurrentExecutions") == reserved


@pytest.mark.parametrize(("partition", "region"), [("aws-us-gov", "us-gov-west-1"), ("aws-cn", "cn-north-1")])
def test_a_partition_without_snapshots_gets_the_same_api_without(
    partition: str, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ArnGenerator, "BOTO_SESSION_REGION_NAME", region)
    monkeypatch.setitem(PSEUDO_PARAMETERS, "AWS::Partition", partition)
    resources = resolve()
    assert "SnapStart" not in of_type(resources, "AWS::Lambda::Function")["ApiFunction"]
    assert len(of_type(resources, "AWS::Lambda::Version")) == 1
    roles = of_type(resources, "AWS::IAM::Role").values()
    managed = [arn for role in roles for arn in role.get("ManagedPolicyArns", [])]
    assert {arn.split(":")[1] for arn in managed} == {partition}


@pytest.mark.parametrize("region", ["us-east-1", "us-gov-west-1", "cn-north-1"])
def test_the_gate_lints_the_templates_for_every_partition(region: str) -> None:
    [line] = [line for line in (ROOT / "Makefile").read_text().splitlines() if "/cfn-lint" in line]
    assert region in line.split(" -- ")[0]
    assert "template.yaml infra/*.yaml" in line.split(" -- ")[1]


LONGEST_STACK, LONGEST_WORKER = "s" * 49, "w" * 20
LIMITS = {"AWS::SQS::Queue": ("QueueName", 80), "AWS::Lambda::LayerVersion": ("LayerName", 140)}


def test_names_are_within_the_services_limits() -> None:
    """For the longest names that scripts/deploy.py and infra/worker.yaml allow."""
    assert len(LONGEST_STACK) == MAX_STACK_NAME
    worker = load((ROOT / "infra" / "worker.yaml").read_text())
    assert re.fullmatch(worker["Parameters"]["Worker"]["AllowedPattern"], LONGEST_WORKER)
    names = {
        str(each["Properties"][LIMITS[each["Type"]][0]])
        .replace("pages", LONGEST_WORKER)
        .replace(STACK, LONGEST_STACK): LIMITS[each["Type"]][1]
        for each in resolve().values()
        if LIMITS.get(each["Type"], ("none",))[0] in each["Properties"]
    }
    assert len(names) >= 8
    assert {name for name, limit in names.items() if len(name) > limit} == set()


MAX_POLICIES, MAX_VARIABLES = 10_240, 4_096
"""Bytes that IAM allows a role's own policies, and Lambda a function's variables."""


def test_policies_and_variables_fit_with_the_longest_names() -> None:
    resources = resolve(KmsKeyArn=KEY_ARN)
    for role in of_type(resources, "AWS::IAM::Role").values():
        policies = json.dumps(role.get("Policies", []), separators=(",", ":"))
        assert len(policies.replace(STACK, LONGEST_STACK)) < MAX_POLICIES
    for function in of_type(resources, "AWS::Lambda::Function").values():
        variables = json.dumps(function["Environment"]["Variables"])
        assert len(variables.replace(STACK, LONGEST_STACK)) < MAX_VARIABLES
