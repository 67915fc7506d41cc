"""Errors as problem documents (RFC 9457): the one table from errors to HTTP."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from heavylift.errors import Fault, HeavyliftError, InvalidRequest, RetryLater, Throttled

log = logging.getLogger("heavylift.api")

MEDIA_TYPE = "application/problem+json"


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


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may refuse with these statuses."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def respond(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(
        problem.model_dump(exclude_none=True), problem.status, headers=headers, media_type=MEDIA_TYPE
    )


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem document."""
    app.exception_handler(HeavyliftError)(_ours)
    app.exception_handler(RequestValidationError)(_unfitting)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(Exception)(_unexpected)


def _ours(_request: Request, error: HeavyliftError) -> JSONResponse:
    problem = Problem(type=error.type, title=error.title, status=error.status, detail=error.detail)
    if isinstance(error, InvalidRequest) and error.faults:
        problem.errors = [FaultView(**fault) for fault in error.faults]
    headers = {}
    if isinstance(error, RetryLater):
        headers["Retry-After"] = str(error.retry_after_s)
    elif isinstance(error, Throttled):
        headers["Retry-After"] = "2"
    return respond(problem, headers)


def _unfitting(request: Request, error: RequestValidationError) -> JSONResponse:
    faults = [
        Fault(pointer="".join(f"/{step}" for step in each["loc"]), detail=each["msg"])
        for each in error.errors()
    ]
    return _ours(request, InvalidRequest("The request does not fit the API's description.", faults))


def _http(_request: Request, error: HTTPException) -> JSONResponse:
    """What the framework itself refuses: no such route, no such method."""
    status = HTTPStatus(error.status_code)
    slug = status.phrase.lower().replace(" ", "-")
    problem = Problem(type=f"/problems/{slug}", title=status.phrase, status=status, detail=status.description)
    return respond(problem, dict(error.headers or {}))


def _unexpected(_request: Request, error: Exception) -> JSONResponse:
    log.error("unhandled error", exc_info=error)
    return respond(
        Problem(
            type=HeavyliftError("").type,
            title=HeavyliftError.title,
            status=500,
            detail="The error is logged under this request's id.",
        )
    )
