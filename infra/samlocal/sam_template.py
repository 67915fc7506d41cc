"""Derives the template that `sam local` runs from the built template.

`sam local` does not know resources created elsewhere, so every expression of a function is resolved here. It
also reads request bodies as text unless the API declares them binary. API Gateway needs no such declaration.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from infra.local.template import Template
from infra.samlocal.intrinsics import ExpressionResolver

KEPT_TYPES = ("AWS::Serverless::Function", "AWS::Serverless::LayerVersion", "AWS::ApiGatewayV2::")
KEPT_PROPERTIES = (
    *("CodeUri", "ImageUri", "PackageType", "ImageConfig", "Handler", "Runtime", "Layers"),
    *("MemorySize", "Timeout", "Architectures", "Environment", "AutoPublishAlias"),
)
ANY_BODY = {
    "openapi": "3.0.1",
    "info": {"title": "any body", "version": "1"},
    "paths": {},
    "x-amazon-apigateway-binary-media-types": ["*/*"],
}


def derive(
    built: Template, folder: Path, resolver: ExpressionResolver, environment: dict[str, str]
) -> Template:
    """Return the template for `sam local`.

    `folder` holds the built template. `environment` is added to the variables of every function.
    """
    common = built.get("Globals", {}).get("Function", {})
    resources = {}
    for name, resource in built["Resources"].items():
        if not resource["Type"].startswith(KEPT_TYPES):
            continue
        match resource["Type"]:
            case "AWS::Serverless::Function":
                properties = _derive_function(resource["Properties"], common, folder, resolver, environment)
            case "AWS::Serverless::LayerVersion":
                path = folder / resource["Properties"]["ContentUri"]
                properties = {"ContentUri": str(path), "CompatibleRuntimes": ["python3.13"]}
            case "AWS::ApiGatewayV2::Api":
                properties = resolver.resolve(resource["Properties"]) | {"Body": ANY_BODY}
            case "AWS::ApiGatewayV2::Stage":
                properties = {
                    key: value
                    for key, value in resource["Properties"].items()
                    if key not in {"DefaultRouteSettings", "AccessLogSettings"}
                }
            case _:
                properties = resource["Properties"]
        kept = {key: value for key, value in resource.items() if key not in {"DependsOn", "Metadata"}}
        resources[name] = kept | {"Properties": properties}
    # `sam local` serves the kind of API that it finds first, and takes functions for REST APIs.
    in_order = dict(sorted(resources.items(), key=lambda each: "::Serverless::" in each[1]["Type"]))
    return {"Transform": built["Transform"], "Resources": in_order}


def _derive_function(
    own: dict[str, Any],
    common: dict[str, Any],
    folder: Path,
    resolver: ExpressionResolver,
    environment: dict[str, str],
) -> dict[str, Any]:
    merged = {**common, **own}
    variables = {
        **common.get("Environment", {}).get("Variables", {}),
        **own.get("Environment", {}).get("Variables", {}),
    }
    properties = {
        key: value if key == "Layers" else resolver.resolve(value)
        for key, value in merged.items()
        if key in KEPT_PROPERTIES
    }
    resolved = {key: str(value) for key, value in resolver.resolve(variables).items()}
    properties["Environment"] = {"Variables": resolved | environment}
    if "CodeUri" in properties:
        properties["CodeUri"] = str(folder / properties["CodeUri"])
    return properties
