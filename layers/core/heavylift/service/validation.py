"""Pydantic's validation errors as faults of a request: a JSON pointer and a message for the client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from heavylift.errors import Fault
from heavylift.ports.table import ABOVE_INTEGERS, MAX_DIGITS


def validation_faults(errors: Iterable[Any], *below: str, of: Any = None) -> list[Fault]:
    """Return the faults for `ValidationError.errors()` of the value at the path `below` in the request.

    With the value itself, `of`, each pointer is a path in it: pydantic also names the branches of unions.
    """
    faults = [
        Fault(
            pointer=json_pointer((*below, *(each["loc"] if of is None else _path_in(of, each)))),
            detail=_describe(each["msg"]),
        )
        for each in errors
    ]
    return [each for at, each in enumerate(faults) if each not in faults[:at]]


def _path_in(value: Any, error: Any) -> list[Any]:
    """Return the steps of the error's path that are steps in the value, and the one that it misses."""
    path = []
    for step in error["loc"]:
        match value:
            case Mapping() if step in value:
                value = value[step]
            case list() | tuple() if isinstance(step, int) and step < len(value):
                value = value[step]
            case _:
                continue
        path.append(step)
    return [*path, error["loc"][-1]] if error["type"] == "missing" else path


def json_pointer(steps: Iterable[Any]) -> str:
    """Return the JSON pointer (RFC 6901) of a path."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _describe(message: str) -> str:
    """Return pydantic's message without the prefix that it adds to our own checks' errors."""
    return message.removeprefix("Value error, ")


MIN_MAGNITUDE, MAX_MAGNITUDE = 1e-130, 1e125
"""What the table stores of a number that is not 0 (DynamoDB: 1E-130 to 9.99E+125)."""


def number_faults(value: Any, *steps: str | int) -> list[Fault]:
    """Return a fault for each number, at any depth of the value below `steps`, that the table can't store."""
    match value:
        case bool() | str() | None:
            return []
        case dict():
            return [fault for name, each in value.items() for fault in number_faults(each, *steps, name)]
        case list() | tuple():
            return [fault for at, each in enumerate(value) for fault in number_faults(each, *steps, at)]
        case int() if abs(value) < ABOVE_INTEGERS:
            return []
        case float() if value == 0 or MIN_MAGNITUDE <= abs(value) <= MAX_MAGNITUDE:
            return []
    detail = (
        f"The number can't be stored. It must be 0 or have a magnitude between {MIN_MAGNITUDE:g} and "
        f"{MAX_MAGNITUDE:g}; a whole number has at most {MAX_DIGITS} digits."
    )
    return [Fault(pointer=json_pointer(steps), detail=detail)]
