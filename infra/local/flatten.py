"""A template with its nested stacks written out: one flat template with the same resources.

For programs that know one template only: `sam local`, the tests of the template, and our own provisioning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from os.path import relpath
from pathlib import Path
from typing import Any

from infra.local.template import Template, load

NESTED = "AWS::Serverless::Application"
FUNCTION = "AWS::Serverless::Function"
"""SAM makes a role for each, called like it."""
PATHS = ("CodeUri", "ContentUri")
Outputs = dict[str, Any]


def load_flat(path: Path) -> Template:
    """Return the template at `path` without nested stacks."""
    return flatten(load(path.read_text()), path.parent)


def flatten(template: Template, folder: Path) -> Template:
    """Return the template without nested stacks. `folder` holds the template's file.

    A nested resource is called like its stack and itself: PagesWorker and Function make PagesWorkerFunction.
    """
    return _flatten(template, folder, folder)[0]


def _flatten(template: Template, folder: Path, root: Path) -> tuple[Template, Outputs]:
    resources: dict[str, Any] = {}
    mappings, conditions = dict(template.get("Mappings", {})), dict(template.get("Conditions", {}))
    nested_outputs: dict[str, Outputs] = {}
    for name, resource in template["Resources"].items():
        if resource["Type"] != NESTED:
            resources[name] = _with_paths(resource, folder, root)
            continue
        path = folder / resource["Properties"]["Location"]
        inner, outputs = _flatten(load(path.read_text()), path.parent, root)
        move = _Move(name, inner, resource["Properties"].get("Parameters", {}))
        resources |= {f"{name}{key}": move.resource(each) for key, each in inner["Resources"].items()}
        mappings |= {f"{name}{key}": each for key, each in inner.get("Mappings", {}).items()}
        conditions |= {
            f"{name}{key}": move.expression(each) for key, each in inner.get("Conditions", {}).items()
        }
        nested_outputs[name] = {key: move.expression(each) for key, each in outputs.items()}
    flat = template | {"Resources": resources, "Mappings": mappings, "Conditions": conditions}
    flat = {name: _replace(each, _outputs_of(nested_outputs)) for name, each in flat.items()}
    return flat, {name: each["Value"] for name, each in flat.get("Outputs", {}).items()}


def _with_paths(resource: dict[str, Any], folder: Path, root: Path) -> dict[str, Any]:
    """Its paths as seen from the outermost template."""
    properties = dict(resource.get("Properties", {}))
    for name in PATHS:
        if isinstance(properties.get(name), str):
            properties[name] = relpath(folder / properties[name], root)
    return resource | ({"Properties": properties} if properties else {})


class _Move:
    """Rewrites a nested template's expressions for the template around it."""

    def __init__(self, name: str, template: Template, given: dict[str, Any]) -> None:
        self._name = name
        declared = template.get("Parameters", {})
        self._parameters = {key: given.get(key, each.get("Default")) for key, each in declared.items()}
        functions = [key for key, each in template["Resources"].items() if each["Type"] == FUNCTION]
        self._resources = {*template["Resources"], *(f"{key}Role" for key in functions)}

    def resource(self, resource: dict[str, Any]) -> dict[str, Any]:
        moved: dict[str, Any] = self.expression(resource)
        return moved | ({"Condition": self._name + moved["Condition"]} if "Condition" in moved else {})

    def expression(self, value: Any) -> Any:
        return _replace(value, self._one)

    def _one(self, function: str, argument: Any) -> Any:
        moved: Any = None
        match function:
            case "Ref" if argument in self._parameters:
                moved = self._parameters[argument]
            case "Ref" if argument in self._resources:
                moved = {"Ref": self._name + argument}
            case "Fn::GetAtt":
                parts = argument.split(".", 1) if isinstance(argument, str) else argument
                moved = {"Fn::GetAtt": [self._name + parts[0], *parts[1:]]}
            case "Fn::FindInMap" | "Fn::If":
                moved = {function: [self._name + argument[0], *self.expression(argument[1:])]}
            case "Condition" if isinstance(argument, str):
                moved = {"Condition": self._name + argument}
            case "Fn::Sub":
                moved = self._sub(argument)
        return moved

    def _sub(self, argument: Any) -> Any:
        text, variables = (argument, {}) if isinstance(argument, str) else argument
        variables = {key: self.expression(each) for key, each in variables.items()}
        for name in set(re.findall(r"\$\{([\w.]+)\}", text)) - set(variables):
            first, _, attribute = name.partition(".")
            if first in self._parameters:
                variables[name] = self._parameters[first]
            elif first in self._resources:
                moved = [self._name + first, attribute]
                variables[name] = {"Fn::GetAtt": moved} if attribute else {"Ref": moved[0]}
        safe = {key: re.sub(r"\W", "", key) for key in variables}
        for key, short in safe.items():
            text = text.replace("${" + key + "}", "${" + short + "}")
        return {"Fn::Sub": [text, {safe[key]: each for key, each in variables.items()}]}


def _outputs_of(nested: dict[str, Outputs]) -> Callable[[str, Any], Any]:
    """Replaces what asks for a nested stack's output by the output's own expression."""

    def one(function: str, argument: Any) -> Any:
        if function != "Fn::GetAtt":
            return None
        name, _, attribute = (argument if isinstance(argument, str) else ".".join(argument)).partition(".")
        return nested[name][attribute.removeprefix("Outputs.")] if name in nested else None

    return one


def _replace(value: Any, one: Callable[[str, Any], Any]) -> Any:
    """The value with each intrinsic function that `one` answers for replaced; None leaves it."""
    if isinstance(value, list):
        return [_replace(each, one) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        function, argument = next(iter(value.items()))
        if (answer := one(function, argument)) is not None:
            return answer
    return {key: _replace(each, one) for key, each in value.items()}
