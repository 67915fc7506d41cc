"""The built template as `sam local` runs it.

`sam local` knows nothing of what was made elsewhere, so every expression of a function is settled before; and
it takes a request's body for text unless the API says that it can be anything, as API Gateway does by itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from infra.local.template import Template
from infra.samlocal.intrinsics import Values

KEPT = ("AWS::Serverless::Function", "AWS::Serverless::LayerVersion", "AWS::ApiGatewayV2::")
FUNCTION_KEPT = (
    *("CodeUri", "ImageUri", "PackageType", "ImageConfig", "Handler", "Runtime", "Layers"),
    *("MemorySize", "Timeout", "Architectures", "Environment", "AutoPublishAlias"),
)
ANY_BODY = {
    "openapi": "3.0.1",
    "info": {"title": "any body", "version": "1"},
    "paths": {},
    "x-amazon-apigateway-binary-media-types": ["*/*"],
}


def derive(built: Template, folder: Path, values: Values, environment: dict[str, str]) -> Template:
    """`folder` is where the built template lies; `environment` is given to every function besides its own."""
    common = built.get("Globals", {}).get("Function", {})
    resources = {}
    for name, resource in built["Resources"].items():
        if not resource["Type"].startswith(KEPT):
            continue
        match resource["Type"]:
            case "AWS::Serverless::Function":
                properties = _function(resource["Properties"], common, folder, values, environment)
            case "AWS::Serverless::LayerVersion":
                path = folder / resource["Properties"]["ContentUri"]
                properties = {"ContentUri": str(path), "CompatibleRuntimes": ["python3.13"]}
            case "AWS::ApiGatewayV2::Api":
                properties = values.of(resource["Properties"]) | {"Body": ANY_BODY}
            case "AWS::ApiGatewayV2::Stage":
                properties = {
                    key: value
                    for key, value in resource["Properties"].items()
                    if key != "DefaultRouteSettings"
                }
            case _:
                properties = resource["Properties"]
        kept = {key: value for key, value in resource.items() if key not in {"DependsOn", "Metadata"}}
        resources[name] = kept | {"Properties": properties}
    # `sam local` takes the template for one of the first kind that it meets, and HTTP APIs are of another
    # kind than functions.
    in_order = dict(sorted(resources.items(), key=lambda each: "::Serverless::" in each[1]["Type"]))
    return {"Transform": built["Transform"], "Resources": in_order}


def _function(
    own: dict[str, Any], common: dict[str, Any], folder: Path, values: Values, environment: dict[str, str]
) -> dict[str, Any]:
    merged = {**common, **own}
    variables = {
        **common.get("Environment", {}).get("Variables", {}),
        **own.get("Environment", {}).get("Variables", {}),
    }
    properties = {
        key: value if key == "Layers" else values.of(value)
        for key, value in merged.items()
        if key in FUNCTION_KEPT
    }
    settled = {key: str(value) for key, value in values.of(variables).items()}
    properties["Environment"] = {"Variables": settled | environment}
    if "CodeUri" in properties:
        properties["CodeUri"] = str(folder / properties["CodeUri"])
    return properties
