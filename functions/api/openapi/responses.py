"""Responses in the OpenAPI document: the errors of a route, and headers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from api.http.problems import MEDIA_TYPE
from heavylift.errors import HeavyliftError, Refused, RetryLater

WITH_RETRY_AFTER = frozenset({429, 503, 504})
"""Statuses whose response has a `Retry-After` header."""


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route for these error statuses.

    A route that needs a key may refuse a tenant that sends too many requests, too.
    """
    every = (
        {*statuses, HTTPStatus.TOO_MANY_REQUESTS.value} if HTTPStatus.UNAUTHORIZED in statuses else statuses
    )
    return {status: _error_response(status) for status in sorted(every)}


def _error_response(status: int) -> dict[str, Any]:
    error = _error_class_of(status)
    example = {
        "type": error("").type,
        "title": error.title,
        "status": status,
        "detail": "An explanation for people",
    }
    response: dict[str, Any] = {
        "description": f"{error.title}: `{example['type']}`",
        "content": {
            MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example},
        },
    }
    if status in WITH_RETRY_AFTER:
        response["headers"] = {"Retry-After": header("Seconds to wait before the next try", "integer")}
    return response


def _error_class_of(status: int) -> type[HeavyliftError]:
    """Return the error that has this status."""
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return HeavyliftError
    return next(
        kind for base in (Refused, RetryLater) for kind in base.__subclasses__() if kind.status == status
    )


def header(description: str, kind: str = "string") -> dict[str, Any]:
    """Return the description of a response header."""
    return {"description": description, "schema": {"type": kind}}
