"""Errors as problem documents (RFC 9457): the one table from errors to HTTP."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from api.http.security_headers import DEFAULTS
from heavylift.errors import (
    HeavyliftError,
    InvalidRequest,
    Refused,
    RetryLater,
    Throttled,
    Unauthorized,
)
from heavylift.service.validation import validation_faults

log = logging.getLogger("heavylift.api")

MEDIA_TYPE = "application/problem+json"
RETRIED = frozenset({429, 503, 504})


class FaultView(BaseModel):
    pointer: str = Field(description="A JSON pointer (RFC 6901) to what is wrong", examples=["/params/dpi"])
    detail: str = Field(examples=["Input should be greater than or equal to 36"])


class Problem(BaseModel):
    type: str = Field(
        description="Stable; a program may branch on it", examples=["/problems/invalid-request"]
    )
    title: str = Field(examples=["The request is not valid"])
    status: int = Field(examples=[422])
    detail: str = Field(default="", examples=["The params do not fit the task pdf-to-images."])
    errors: list[FaultView] | None = Field(default=None, description="Each fault of a 422")


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may refuse with these statuses."""
    return {status: _documented(status) for status in statuses}


def _documented(status: int) -> dict[str, Any]:
    kind = _kind_of(status)
    example = {"type": kind("").type, "title": kind.title, "status": status, "detail": "For people"}
    said: dict[str, Any] = {
        "description": f"{kind.title}: `{example['type']}`",
        "content": {
            MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example},
        },
    }
    if status in RETRIED:
        said["headers"] = {"Retry-After": header("Seconds to leave before the next try", "integer")}
    return said


def _kind_of(status: int) -> type[HeavyliftError]:
    """The error with which a route refuses with this status."""
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return HeavyliftError
    return next(
        kind for base in (Refused, RetryLater) for kind in base.__subclasses__() if kind.status == status
    )


def header(description: str, kind: str = "string") -> dict[str, Any]:
    """A response's header, for the OpenAPI document."""
    return {"description": description, "schema": {"type": kind}}


def respond(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    content = problem.model_dump(exclude_none=True)
    return JSONResponse(content, problem.status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem document."""
    app.exception_handler(HeavyliftError)(_ours)
    app.exception_handler(RequestValidationError)(_on_validation_error)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(Exception)(_unexpected)


def respond_to(error: HeavyliftError, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """One of our errors as its problem document, with the headers that its kind calls for."""
    problem = Problem(type=error.type, title=error.title, status=error.status, detail=error.detail)
    if isinstance(error, InvalidRequest) and error.faults:
        problem.errors = [FaultView(**fault) for fault in error.faults]
    own = {}
    if isinstance(error, RetryLater):
        own["Retry-After"] = str(error.retry_after_s)
    elif isinstance(error, Throttled):
        own["Retry-After"] = "2"
    elif isinstance(error, Unauthorized):
        own["WWW-Authenticate"] = "Bearer"
    return respond(problem, {**own, **(headers or {})})


def invalid_request(errors: Iterable[Any]) -> InvalidRequest:
    """What pydantic found wrong, each with a pointer to it."""
    return InvalidRequest("The request does not fit the API's description.", validation_faults(errors))


def _ours(_request: Request, error: HeavyliftError) -> JSONResponse:
    return respond_to(error)


def _on_validation_error(_request: Request, error: RequestValidationError) -> JSONResponse:
    return respond_to(invalid_request(error.errors()))


def _http(request: Request, error: HTTPException) -> JSONResponse:
    """What the framework itself refuses: no such route, no such method."""
    status = HTTPStatus(error.status_code)
    slug = status.phrase.lower().replace(" ", "-")
    headers = dict(error.headers or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_methods_at(request)))
    problem = Problem(type=f"/problems/{slug}", title=status.phrase, status=status, detail=status.description)
    return respond(problem, headers)


def _methods_at(request: Request) -> set[str]:
    """Each method has a route of its own, and the framework names only the first one's."""
    path = request.url.path.removeprefix(request.app.root_path)
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        if route.path_regex.fullmatch(path):
            found |= route.methods or set()
    return found


def _unexpected(_request: Request, error: Exception) -> JSONResponse:
    log.error("unhandled error", exc_info=error)
    problem = Problem(
        type=HeavyliftError("").type,
        title=HeavyliftError.title,
        status=500,
        detail="The error is logged under this request's id.",
    )
    return respond(problem, DEFAULTS)  # this answer is made outside of every middleware
