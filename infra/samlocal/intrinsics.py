"""What the expressions of a template come to: Ref, Fn::GetAtt, Fn::Sub, Fn::If and the like."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from infra.local.instance import REGION, STACK
from infra.local.template import Template

PSEUDO = {
    "AWS::AccountId": "000000000000",
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": STACK,
    "AWS::URLSuffix": "amazonaws.com",
}
NOTHING = {"Ref": "AWS::NoValue"}
Attribute = Callable[[str, str], str]
"""(logical id, "Ref" or an attribute's name) → its value."""


class Values:
    """One template with its parameters. Raises KeyError for what the template does not define."""

    def __init__(self, template: Template, parameters: dict[str, str], attribute: Attribute) -> None:
        self._template = template
        self._attribute = attribute
        declared = template.get("Parameters", {})
        self._parameters = {
            name: parameters.get(name, str(each.get("Default", ""))) for name, each in declared.items()
        }

    def of(self, expression: Any) -> Any:
        """The expression with everything in it settled; plain data stays as it is."""
        if isinstance(expression, list):
            return [self.of(each) for each in expression if each != NOTHING]
        if not isinstance(expression, dict):
            return expression
        if len(expression) == 1:
            name, argument = next(iter(expression.items()))
            if name == "Ref":
                return self._ref(argument)
            if name.startswith("Fn::"):
                return self._function(name.removeprefix("Fn::"), argument)
        settled = {name: self.of(each) for name, each in expression.items() if each != NOTHING}
        return {name: each for name, each in settled.items() if each is not None}

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return None
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self._parameters:
            return self._parameters[name]
        return self._attribute(name, "Ref")

    def _function(self, name: str, argument: Any) -> Any:
        match name, argument:
            case "GetAtt", _:
                parts = argument.split(".") if isinstance(argument, str) else argument
                return self._attribute(parts[0], ".".join(parts[1:]))
            case "Sub", _:
                text, variables = (argument, {}) if isinstance(argument, str) else argument
                return self._sub(text, self.of(variables))
            case "If", [condition, then, otherwise]:
                return self.of(then if self._holds({"Condition": condition}) else otherwise)
            case "FindInMap", [table, first, second]:
                return self._template["Mappings"][table][str(self.of(first))][str(self.of(second))]
            case "Join", [separator, parts]:
                return separator.join(str(part) for part in self.of(parts))
        raise KeyError(f"Fn::{name}")

    def _sub(self, text: str, variables: dict[str, Any]) -> str:
        def value(found: re.Match[str]) -> str:
            name = found.group(1)
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in variables:
                return str(variables[name])
            if "." in name:
                return str(self._attribute(*name.split(".", 1)))
            return str(self._ref(name))

        return re.sub(r"\$\{([^}]+)\}", value, text)

    def _holds(self, condition: Any) -> bool:
        name, argument = next(iter(condition.items()))
        match name:
            case "Condition":
                return self._holds(self._template["Conditions"][argument])
            case "Fn::Equals":
                first, second = (str(self.of(each)) for each in argument)
                return first == second
            case "Fn::Not":
                return not self._holds(argument[0])
            case "Fn::And":
                return all(self._holds(each) for each in argument)
        raise KeyError(name)
