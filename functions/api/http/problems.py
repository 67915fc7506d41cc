"""Errors as problem documents (RFC 9457): the only translation from errors to HTTP responses."""

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
from heavylift.errors import HeavyliftError, InvalidRequest, RetryLater, Throttled, Unauthorized
from heavylift.service.validation import validation_faults

log = logging.getLogger("heavylift.api")

MEDIA_TYPE = "application/problem+json"


class FaultView(BaseModel):
    pointer: str = Field(
        description="A JSON pointer (RFC 6901) to the fault in the request", examples=["/params/dpi"]
    )
    detail: str = Field(examples=["Input should be greater than or equal to 36"])


class Problem(BaseModel):
    type: str = Field(
        description="A stable identifier that programs may test", examples=["/problems/invalid-request"]
    )
    title: str = Field(examples=["The request is not valid"])
    status: int = Field(examples=[422])
    detail: str = Field(default="", examples=["The params do not fit the task pdf-to-images."])
    errors: list[FaultView] | None = Field(
        default=None, description="The faults of the request; only with 422"
    )


def respond(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the problem as a response."""
    content = problem.model_dump(exclude_none=True)
    return JSONResponse(content, problem.status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make `app` respond to every error with a problem document."""
    app.exception_handler(HeavyliftError)(_on_heavylift_error)
    app.exception_handler(RequestValidationError)(_on_validation_error)
    app.exception_handler(HTTPException)(_on_http_exception)
    app.exception_handler(Exception)(_on_unexpected_error)


def respond_to(error: HeavyliftError, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the problem document of an error, with the headers that the error needs."""
    problem = Problem(type=error.type, title=error.title, status=error.status, detail=error.detail)
    if isinstance(error, InvalidRequest) and error.faults:
        problem.errors = [FaultView(**fault) for fault in error.faults]
    own_headers = {}
    if isinstance(error, RetryLater):
        own_headers["Retry-After"] = str(error.retry_after_s)
    elif isinstance(error, Throttled):
        own_headers["Retry-After"] = "2"
    elif isinstance(error, Unauthorized):
        own_headers["WWW-Authenticate"] = "Bearer"
    return respond(problem, {**own_headers, **(headers or {})})


def invalid_request(errors: Iterable[Any]) -> InvalidRequest:
    """Return the error for the faults that pydantic found."""
    return InvalidRequest("The request does not fit the API's description.", validation_faults(errors))


def _on_heavylift_error(_request: Request, error: HeavyliftError) -> JSONResponse:
    return respond_to(error)


def _on_validation_error(_request: Request, error: RequestValidationError) -> JSONResponse:
    return respond_to(invalid_request(error.errors()))


def _on_http_exception(request: Request, error: HTTPException) -> JSONResponse:
    """Respond to the framework's own errors: an unknown route or method."""
    status = HTTPStatus(error.status_code)
    slug = status.phrase.lower().replace(" ", "-")
    headers = dict(error.headers or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_methods_at(request)))
    problem = Problem(type=f"/problems/{slug}", title=status.phrase, status=status, detail=status.description)
    return respond(problem, headers)


def _methods_at(request: Request) -> set[str]:
    """Return the methods of every route at the path. The framework names only those of the first.

    HEAD is there with GET: see `head_requests.py`.
    """
    path = request.scope["path"].removeprefix(request.scope["root_path"])
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        if route.path_regex.fullmatch(path):
            found |= route.methods or set()
    return found | ({"HEAD"} if "GET" in found else set())


def _on_unexpected_error(_request: Request, error: Exception) -> JSONResponse:
    log.error("unhandled error", exc_info=error)
    public = HeavyliftError("The error was logged with the id of this request.")
    return respond_to(public, DEFAULTS)  # no middleware sees this response
