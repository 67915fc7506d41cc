"""The one difference of the embedded run: an image function runs from the image's sources."""

from __future__ import annotations

from typing import Any

import yaml

Template = dict[str, Any]
IMAGE_ONLY = {"PackageType", "ImageConfig"}


def without_images(template: Template) -> Template:
    """The same template, with each image function turned into a zip function of what its image holds."""
    resources = {name: _from_source(resource) for name, resource in template["Resources"].items()}
    return template | {"Resources": resources}


def _from_source(resource: dict[str, Any]) -> dict[str, Any]:
    if resource["Type"] != "AWS::Serverless::Function":
        return resource
    kept = {name: each for name, each in resource["Properties"].items() if name not in IMAGE_ONLY}
    source: dict[str, Any] = {"CodeUri": "functions/"}
    if resource["Properties"].get("PackageType") == "Image":
        source |= {
            "Handler": resource["Properties"]["ImageConfig"]["Command"][0],
            "Runtime": "python3.13",
            "Layers": [{"Ref": "CoreLayer"}],
        }
    rest = {name: value for name, value in resource.items() if name != "Metadata"}
    return rest | {"Properties": kept | source}


def with_images(template: Template, images: dict[str, str]) -> Template:
    """The same template, with each image function's image, by the function's name."""
    resources = {
        name: {
            **{key: value for key, value in resource.items() if key != "Metadata"},
            "Properties": resource["Properties"] | {"ImageUri": images[name]},
        }
        if resource.get("Properties", {}).get("PackageType") == "Image"
        else resource
        for name, resource in template["Resources"].items()
    }
    return template | {"Resources": resources}


def load(text: str) -> Template:
    """A template's YAML as plain data, `!Sub x` as `{"Fn::Sub": x}`."""
    loaded: Template = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader with CloudFormation's tags
    return loaded


class _Loader(yaml.SafeLoader):
    pass


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
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


_Loader.add_multi_constructor("!", _intrinsic)
