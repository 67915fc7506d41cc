"""The OpenAPI document: what FastAPI derives from the routes, and what it cannot know."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.http.problems import Problem
from api.http.submission import FORM_SCHEMA
from api.openapi.alternatives import REFERENCE, split_forms
from api.openapi.plain_schemas import without_defaults, without_null
from api.openapi.task_schemas import bodies_of_tasks, params_of_tasks
from api.schemas.batches import BatchRequest
from api.schemas.bulk import ManyJobs
from api.schemas.jobs import NewJob
from api.schemas.models import KeepJob
from api.schemas.redrive import Redrive
from api.schemas.schedules import NewSchedule, Recurrence
from api.schemas.uploads import NewUpload
from heavylift.service.batches.view import BatchView
from heavylift.service.job_view import JobView

REFERENCED_MODELS: tuple[type[BaseModel], ...] = (
    *(BatchRequest, BatchView, JobView, KeepJob, ManyJobs, NewJob),
    *(NewSchedule, NewUpload, Recurrence, Redrive, Problem),
)
"""Models that the routes only refer to."""


def describe(app: FastAPI, *, key_required: bool) -> None:
    """Make `app.openapi` return the complete document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _build_document(app, key_required=key_required)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # as FastAPI's documentation does


def _build_document(app: FastAPI, *, key_required: bool) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    _, defined = models_json_schema(
        [(model, "validation") for model in REFERENCED_MODELS], ref_template=REFERENCE + "{model}"
    )
    schemas.update(defined["$defs"])
    schemas.update(params_of_tasks())
    schemas.update(bodies_of_tasks(schemas))
    schemas.update(split_forms(schemas))
    schemas["NewJobForm"] = FORM_SCHEMA
    # The API never sends FastAPI's own form of a 422.
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["components"]["schemas"] = {name: without_defaults(each) for name, each in schemas.items()}
    for path in document["paths"].values():
        for operation in path.values():
            _correct_operation(operation, key_required=key_required)
    return document


def _correct_operation(operation: dict[str, Any], *, key_required: bool) -> None:
    if not key_required and "security" in operation:
        operation["security"].insert(0, {})  # OpenAPI's form of "no authentication"
    if "parameters" in operation:
        operation["parameters"] = [without_null(each) for each in operation["parameters"]]
    response = operation["responses"].get("422", {})
    if "application/json" in response.get("content", {}):
        del operation["responses"]["422"]
