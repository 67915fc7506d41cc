"""Compiles the filter patterns of an event source. Supports the rules that the template uses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

Predicate = Callable[[Any], bool]
MISSING = object()
"""The value of a field that a record does not have."""


def compile_filters(patterns: Iterable[str]) -> Predicate:
    """Return a predicate that holds for records matching one of these JSON patterns, or for all without any.

    Raises KeyError for an unsupported rule.
    """
    filters = [_compile_pattern(json.loads(pattern)) for pattern in patterns]
    return lambda record: not filters or any(matches(record) for matches in filters)


def _compile_pattern(pattern: dict[str, Any] | list[Any]) -> Predicate:
    """An object matches if each of its fields does. A list of rules matches if one of the rules does."""
    if isinstance(pattern, list):
        rules = [_compile_rule(each) for each in pattern]
        return lambda value: any(matches(value) for matches in rules)
    fields = {name: _compile_pattern(each) for name, each in pattern.items()}

    def matches_fields(value: Any) -> bool:
        record = value if isinstance(value, dict) else {}
        return all(matches(record.get(name, MISSING)) for name, matches in fields.items())

    return matches_fields


def _compile_rule(rule: Any) -> Predicate:
    match rule:
        case {"exists": bool(wanted)}:
            return lambda value: (value is not MISSING) == wanted
        case dict() | list():
            raise KeyError(f"Unsupported filter rule: {rule}")
    return lambda value: bool(value == rule)
