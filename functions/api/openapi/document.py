"""The OpenAPI document: what FastAPI derives from the routes, and what it cannot know."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.http.problems import Problem
from api.openapi.webhooks import JOB_ENDED
from api.schemas import KeepJob, NewJob, NewUpload, Redrive
from heavylift.service.job_view import JobView
from heavylift.tasks.registry import TASKS
from heavylift.tasks.spec import TaskSpec

REFERENCE = "#/components/schemas/"
REFERENCED_MODELS: tuple[type[BaseModel], ...] = (JobView, KeepJob, NewJob, NewUpload, Redrive, Problem)
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
        servers=[{"url": app.root_path or "/"}],
        tags=app.openapi_tags,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    models = [*REFERENCED_MODELS, *(spec.params for spec in TASKS.values())]
    _, defined = models_json_schema(
        [(model, "validation") for model in models], ref_template=REFERENCE + "{model}"
    )
    schemas.update(defined["$defs"])
    schemas.update(_submission_schemas(schemas["NewJob"]))
    schemas["NewUpload"]["oneOf"] = [_upload_schema(spec) for spec in TASKS.values() if spec.accepts]
    for path in document["paths"].values():
        for operation in path.values():
            _correct_operation(operation, key_required=key_required)
    # The API never sends FastAPI's own form of a 422.
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["webhooks"] = {"job-ended": JOB_ENDED}
    return document


def _submission_schemas(any_job: dict[str, Any]) -> dict[str, Any]:
    """Return `NewJob` as one schema for each task, so that a client knows the params of each task."""
    schemas = {_schema_name(spec): _submission_schema(any_job, spec) for spec in TASKS.values()}
    mapping = {spec.name: REFERENCE + _schema_name(spec) for spec in TASKS.values()}
    return schemas | {
        "NewJob": {
            "title": "NewJob",
            "description": any_job["description"],
            "oneOf": [{"$ref": reference} for reference in mapping.values()],
            "discriminator": {"propertyName": "task", "mapping": mapping},
        }
    }


def _submission_schema(any_job: dict[str, Any], spec: TaskSpec) -> dict[str, Any]:
    schema = {**any_job, "title": _schema_name(spec), "description": spec.description}
    schema.pop("examples", None)
    params = {"$ref": REFERENCE + spec.params.__name__}
    schema["properties"] = {**any_job["properties"], "task": {"const": spec.name}, "params": params}
    schema["required"] = ["task"]
    if spec.input == "required":
        schema["properties"]["input"] = {"$ref": REFERENCE + "InputReference"}
        schema["required"].append("input")
    elif spec.input == "none":
        schema["properties"]["input"] = {"type": "null"}
    if spec.params.model_json_schema().get("required"):
        schema["required"].append("params")
    return schema


def _upload_schema(spec: TaskSpec) -> dict[str, Any]:
    kinds = {"enum": [*spec.accepts, None]}
    return {"properties": {"task": {"const": spec.name}, "media_type": kinds}}


def _schema_name(spec: TaskSpec) -> str:
    return "New_" + spec.name.replace("-", "_")


def _correct_operation(operation: dict[str, Any], *, key_required: bool) -> None:
    if not key_required and "security" in operation:
        operation["security"].insert(0, {})  # OpenAPI's form of "no authentication"
    response = operation["responses"].get("422", {})
    if "application/json" in response.get("content", {}):
        del operation["responses"]["422"]
