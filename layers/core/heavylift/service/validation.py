"""Pydantic's validation errors as faults of a request: a JSON pointer and a message for the client."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from heavylift.errors import Fault


def validation_faults(errors: Iterable[Any], *below: str) -> list[Fault]:
    """Return the faults for `ValidationError.errors()` of the value at the path `below` in the request."""
    return [
        Fault(pointer=json_pointer((*below, *each["loc"])), detail=_describe(each["msg"])) for each in errors
    ]


def json_pointer(steps: Iterable[Any]) -> str:
    """Return the JSON pointer (RFC 6901) of a path."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _describe(message: str) -> str:
    """Return pydantic's message without the prefix that it adds to our own checks' errors."""
    return message.removeprefix("Value error, ")
