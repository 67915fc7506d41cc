"""Which records go to a function: the filter criteria of its mapping, as far as the template uses them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

Fits = Callable[[Any], bool]
NOTHING = object()
"""What is found where a record has no such field."""


def fits_any(patterns: Iterable[str]) -> Fits:
    """Whether a record fits one of these patterns (JSON each); any record does if there are none.

    Raises KeyError for a rule that is not known here.
    """
    tests = [_pattern(json.loads(pattern)) for pattern in patterns]
    return lambda record: not tests or any(test(record) for test in tests)


def _pattern(pattern: dict[str, Any] | list[Any]) -> Fits:
    """An object: each of its fields fits. A list: one of its rules does."""
    if isinstance(pattern, list):
        rules = [_rule(each) for each in pattern]
        return lambda value: any(rule(value) for rule in rules)
    fields = {name: _pattern(each) for name, each in pattern.items()}

    def fits(value: Any) -> bool:
        found = value if isinstance(value, dict) else {}
        return all(test(found.get(name, NOTHING)) for name, test in fields.items())

    return fits


def _rule(rule: Any) -> Fits:
    match rule:
        case {"exists": bool(wanted)}:
            return lambda value: (value is not NOTHING) == wanted
        case dict() | list():
            raise KeyError(f"A filter's rule {rule}")
    return lambda value: bool(value == rule)
