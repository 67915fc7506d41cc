"""Resolves the intrinsic functions of a template: Ref, Fn::GetAtt, Fn::Sub, Fn::If and others."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from infra.local.aws_clients import REGION
from infra.local.instance import STACK
from infra.local.template import Template

PSEUDO_PARAMETERS = {
    "AWS::AccountId": "000000000000",
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::URLSuffix": "amazonaws.com",
}
NO_VALUE = {"Ref": "AWS::NoValue"}
Attribute = Callable[[str, str], str]
"""(logical id, "Ref" or an attribute's name) → value."""


class ExpressionResolver:
    """Resolves expressions of one template, with `parameters` and the resources' attributes."""

    def __init__(
        self, template: Template, parameters: dict[str, str], attribute: Attribute, stack: str = STACK
    ) -> None:
        self._template = template
        self._attribute = attribute
        self._pseudo = PSEUDO_PARAMETERS | {"AWS::StackName": stack}
        declared = template.get("Parameters", {})
        self._parameters = {
            name: parameters.get(name, str(each.get("Default", ""))) for name, each in declared.items()
        }

    def resolve(self, expression: Any) -> Any:
        """Return the expression with every intrinsic function replaced by its value.

        Raises KeyError for an undefined name or an unsupported function.
        """
        if isinstance(expression, list):
            return [value for each in expression if (value := self.resolve(each)) is not None]
        if not isinstance(expression, dict):
            return expression
        if len(expression) == 1:
            name, argument = next(iter(expression.items()))
            if name == "Ref":
                return self._resolve_ref(argument)
            if name.startswith("Fn::"):
                return self._resolve_function(name.removeprefix("Fn::"), argument)
        resolved = {name: self.resolve(each) for name, each in expression.items() if each != NO_VALUE}
        return {name: each for name, each in resolved.items() if each is not None}

    def is_true(self, condition: str) -> bool:
        """Return whether a condition of the template holds."""
        return self._evaluate({"Condition": condition})

    def _resolve_ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return None
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self._parameters:
            return self._parameters[name]
        return self._attribute(name, "Ref")

    def _resolve_function(self, name: str, argument: Any) -> Any:
        match name, argument:
            case "GetAtt", _:
                parts = argument.split(".") if isinstance(argument, str) else argument
                return self._attribute(parts[0], ".".join(parts[1:]))
            case "Sub", _:
                text, variables = (argument, {}) if isinstance(argument, str) else argument
                return self._substitute(text, self.resolve(variables))
            case "If", [condition, then, otherwise]:
                return self.resolve(then if self.is_true(condition) else otherwise)
            case "FindInMap", [table, first, second]:
                return self._template["Mappings"][table][str(self.resolve(first))][str(self.resolve(second))]
            case "Join", [separator, parts]:
                return separator.join(str(part) for part in self.resolve(parts))
            case "Split", [separator, text]:
                return str(self.resolve(text)).split(separator)
        raise KeyError(f"Fn::{name}")

    def _substitute(self, text: str, variables: dict[str, Any]) -> str:
        def value(found: re.Match[str]) -> str:
            name = found.group(1)
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in variables:
                return str(variables[name])
            if "." in name:
                return str(self._attribute(*name.split(".", 1)))
            return str(self._resolve_ref(name))

        return re.sub(r"\$\{([^}]+)\}", value, text)

    def _evaluate(self, condition: Any) -> bool:
        name, argument = next(iter(condition.items()))
        match name:
            case "Condition":
                return self._evaluate(self._template["Conditions"][argument])
            case "Fn::Equals":
                first, second = (str(self.resolve(each)) for each in argument)
                return first == second
            case "Fn::Not":
                return not self._evaluate(argument[0])
            case "Fn::And":
                return all(self._evaluate(each) for each in argument)
        raise KeyError(name)
