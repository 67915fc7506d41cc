"""The OpenAPI document: what FastAPI makes of the routes, and what it can't know."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.problems import Problem
from api.schemas import NewJob, NewUpload, Redrive

REFERRED_TO: tuple[type[BaseModel], ...] = (NewJob, NewUpload, Redrive, Problem)
"""Models that the routes name by reference only."""


def describe(app: FastAPI, *, key_required: bool) -> None:
    """Make `app.openapi` the whole document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, key_required=key_required)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # as FastAPI's own documentation does it


def _document(app: FastAPI, *, key_required: bool) -> dict[str, Any]:
    made = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        servers=[{"url": app.root_path or "/"}],
        tags=app.openapi_tags,
    )
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    _, defined = models_json_schema(
        [(model, "validation") for model in REFERRED_TO], ref_template="#/components/schemas/{model}"
    )
    schemas.update(defined["$defs"])
    for path in made["paths"].values():
        for operation in path.values():
            _correct(operation, key_required=key_required)
    # FastAPI's own form of a 422 is never sent here.
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return made


def _correct(operation: dict[str, Any], *, key_required: bool) -> None:
    if not key_required and "security" in operation:
        operation["security"].insert(0, {})  # in OpenAPI's words: or none at all
    said = operation["responses"].get("422", {})
    if "application/json" in said.get("content", {}):
        del operation["responses"]["422"]
