"""The template as AWS gets it: translated by the SAM translator, with every expression resolved."""

from __future__ import annotations

import copy
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from samtranslator.translator.transform import transform

from infra.local.flatten import load_flat
from infra.local.instance import ROOT
from infra.local.template import Template
from infra.samlocal.intrinsics import ExpressionResolver

TEMPLATE = load_flat(ROOT / "template.yaml")
KEY_ARN = "arn:aws:kms:us-east-1:000000000000:key/1"
SETS: list[dict[str, str]] = [
    {},
    {"Protect": "true", "RetentionHours": "168", "Tracing": "PassThrough"},
    {"Architecture": "arm64", "RequireApiKey": "false", "LogLevel": "DEBUG"},
    {"KmsKeyArn": KEY_ARN, "SnapStart": "false", "CorsOrigins": "https://a.example"},
]
"""Parameters that the tests of the translated template use."""
Statement = dict[str, Any]


class _NoManagedPolicies:
    def load(self) -> dict[str, str]:
        return {}


def translate(**parameters: str) -> dict[str, Any]:
    """Return the template after SAM's translation, with CloudFormation's expressions in it."""
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
    translated: dict[str, Any] = transform(template, {**defaults, **parameters}, _NoManagedPolicies())
    return translated


def resolve(**parameters: str) -> dict[str, dict[str, Any]]:
    """Return the translated resources, without those whose condition is false, all expressions resolved.

    The physical name of a resource is its logical id, and its ARN is made of that; a queue has its own name.
    """
    translated = translate(**parameters)
    resolver = ExpressionResolver(
        translated, parameters, lambda name, of: _attribute(translated, resolver, name, of)
    )
    wanted = {
        name: each
        for name, each in translated["Resources"].items()
        if "Condition" not in each or resolver.is_true(each["Condition"])
    }
    return {
        name: {"Type": each["Type"], "Properties": resolver.resolve(each.get("Properties", {}))}
        for name, each in wanted.items()
    }


def _attribute(translated: Template, resolver: ExpressionResolver, name: str, of: str) -> str:
    resource = translated["Resources"][name]
    match resource["Type"], of:
        case "AWS::SQS::Queue", "Arn" | "QueueName":
            queue = resolver.resolve(resource["Properties"]).get("QueueName", name)
            return f"arn:aws:sqs:us-east-1:000000000000:{queue}" if of == "Arn" else str(queue)
        case "AWS::DynamoDB::Table", "Arn" | "StreamArn":
            arn = f"arn:aws:dynamodb:us-east-1:000000000000:table/{name}"
            return f"{arn}/stream/1" if of == "StreamArn" else arn
        case "AWS::S3::Bucket", "Arn":
            return f"arn:aws:s3:::{name}"
    return name if of == "Ref" else f"{name}.{of}"


def of_type(resources: dict[str, Any], type_: str) -> dict[str, Any]:
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == type_}


def statements_of(role: dict[str, Any]) -> list[Statement]:
    """Return the statements of a role's own policies."""
    return [s for policy in role.get("Policies", []) for s in policy["PolicyDocument"]["Statement"]]


class Call(NamedTuple):
    action: str
    resource: str
    key: str = ""
    """The partition key of a call of DynamoDB."""


def is_allowed(statements: list[Statement], call: Call) -> bool:
    """Return whether one of the statements allows the call. Raises KeyError for an unknown condition."""
    return any(
        any(fnmatchcase(call.action, each) for each in as_list(statement["Action"]))
        and any(fnmatchcase(call.resource, each) for each in as_list(statement["Resource"]))
        and _holds(statement.get("Condition", {}), call)
        for statement in statements
    )


def _holds(condition: dict[str, Any], call: Call) -> bool:
    if not condition:
        return True
    patterns = condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    return any(fnmatchcase(call.key, each) for each in patterns)


def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
