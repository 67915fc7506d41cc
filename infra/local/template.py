"""Loads SAM templates and adapts their image functions to the embedded run."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

import yaml

Template = dict[str, Any]


def replace_images_with_sources(template: Template, kept: Container[str] = ()) -> Template:
    """Return the template with each function as a zip function of functions/, except those in `kept`."""
    resources = {
        name: resource if name in kept else _replace_image(resource)
        for name, resource in template["Resources"].items()
    }
    return template | {"Resources": resources}


def _replace_image(resource: dict[str, Any]) -> dict[str, Any]:
    if resource["Type"] != "AWS::Serverless::Function":
        return resource
    properties = resource["Properties"]
    kept = {name: value for name, value in properties.items() if name not in {"PackageType", "ImageConfig"}}
    source: dict[str, Any] = {"CodeUri": "functions/"}
    if properties.get("PackageType") == "Image":
        source |= {
            "Handler": properties["ImageConfig"]["Command"][0],
            "Runtime": "python3.13",
            "Layers": [{"Ref": "CoreLayer"}],
        }
    rest = {name: value for name, value in resource.items() if name != "Metadata"}
    return rest | {"Properties": kept | source}


def set_image_uris(template: Template, images: dict[str, str]) -> Template:
    """Return the template with the image URIs of `images`, which maps functions to URIs."""
    resources = {
        name: _set_image(resource, images.get(name)) for name, resource in template["Resources"].items()
    }
    return template | {"Resources": resources}


def _set_image(resource: dict[str, Any], image: str | None) -> dict[str, Any]:
    if image is not None:
        rest = {key: value for key, value in resource.items() if key != "Metadata"}
        return rest | {"Properties": resource["Properties"] | {"ImageUri": image}}
    return resource


def load(text: str) -> Template:
    """Parse a template's YAML. `!Sub x` becomes `{"Fn::Sub": x}`."""
    loaded: Template = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader with CloudFormation's tags
    return loaded


class _Loader(yaml.SafeLoader):
    pass


def _construct_intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    if suffix in {"Ref", "Condition"}:
        return {suffix: value}
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _construct_intrinsic)
