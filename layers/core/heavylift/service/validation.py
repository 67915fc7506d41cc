"""What pydantic found wrong with a request, each with a JSON pointer to it, in words for whoever sent it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from heavylift.errors import Fault


def validation_faults(errors: Iterable[Any], *below: str) -> list[Fault]:
    """Of `ValidationError.errors()`, for a value that lies `below` these steps in the request."""
    return [Fault(pointer=json_pointer((*below, *each["loc"])), detail=_said(each["msg"])) for each in errors]


def json_pointer(steps: Iterable[Any]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _said(message: str) -> str:
    """Pydantic's words, without its name for the kind of error that our own checks raise."""
    return message.removeprefix("Value error, ")
