"""The OpenAPI document: what FastAPI makes of the routes, and what it can't know."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.http.problems import Problem
from api.openapi.webhooks import JOB_ENDED
from api.schemas import JobView, NewJob, NewUpload, Redrive
from heavylift.tasks.registry import TASKS
from heavylift.tasks.spec import TaskSpec

REFERENCE = "#/components/schemas/"
REFERRED_TO: tuple[type[BaseModel], ...] = (JobView, NewJob, NewUpload, Redrive, Problem)
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
    models = [*REFERRED_TO, *(spec.params for spec in TASKS.values())]
    _, defined = models_json_schema(
        [(model, "validation") for model in models], ref_template=REFERENCE + "{model}"
    )
    schemas.update(defined["$defs"])
    schemas.update(_submissions(schemas["NewJob"]))
    schemas["NewUpload"]["oneOf"] = [_upload(spec) for spec in TASKS.values() if spec.accepts]
    for path in made["paths"].values():
        for operation in path.values():
            _correct(operation, key_required=key_required)
    # FastAPI's own form of a 422 is never sent here.
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    made["webhooks"] = {"job-ended": JOB_ENDED}
    return made


def _submissions(any_job: dict[str, Any]) -> dict[str, Any]:
    """`NewJob` as one schema for each task, so that a client knows what each one's params are."""
    made = {_named(spec): _submission(any_job, spec) for spec in TASKS.values()}
    mapping = {spec.name: REFERENCE + _named(spec) for spec in TASKS.values()}
    return made | {
        "NewJob": {
            "title": "NewJob",
            "description": any_job["description"],
            "oneOf": [{"$ref": reference} for reference in mapping.values()],
            "discriminator": {"propertyName": "task", "mapping": mapping},
        }
    }


def _submission(any_job: dict[str, Any], spec: TaskSpec) -> dict[str, Any]:
    schema = {**any_job, "title": _named(spec), "description": spec.description}
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


def _upload(spec: TaskSpec) -> dict[str, Any]:
    kinds = {"enum": [*spec.accepts, None]}
    return {"properties": {"task": {"const": spec.name}, "media_type": kinds}}


def _named(spec: TaskSpec) -> str:
    return "New_" + spec.name.replace("-", "_")


def _correct(operation: dict[str, Any], *, key_required: bool) -> None:
    if not key_required and "security" in operation:
        operation["security"].insert(0, {})  # in OpenAPI's words: or none at all
    said = operation["responses"].get("422", {})
    if "application/json" in said.get("content", {}):
        del operation["responses"]["422"]
