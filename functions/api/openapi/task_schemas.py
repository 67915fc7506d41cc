"""What each task takes, as schemas of its own: its params, its submission and its upload."""

from __future__ import annotations

from typing import Any

from api.openapi.alternatives import REFERENCE, Schemas, choice_of
from heavylift.tasks.registry import TASKS
from heavylift.tasks.spec import TaskSpec


def params_of_tasks() -> Schemas:
    """Return the params of each task, and the models within them.

    The names hold the task's name, so that no model of a task takes the place of another one.
    """
    found: Schemas = {}
    for spec in TASKS.values():
        name = _name("Params", spec)
        schema = spec.params.model_json_schema(ref_template=f"{REFERENCE}{name}_{{model}}")
        within = {f"{name}_{model}": each for model, each in schema.pop("$defs", {}).items()}
        found |= {key: {**each, "title": key} for key, each in {name: schema, **within}.items()}
    return found


def bodies_of_tasks(schemas: Schemas) -> Schemas:
    """Return `NewJob` and `NewUpload` as choices of a schema for each task, and these schemas."""
    specs = list(TASKS.values())
    with_input = [spec for spec in specs if spec.accepts]
    return {
        **{_name("New", spec): _submission_schema(schemas["NewJob"], spec) for spec in specs},
        **{_name("NewUpload", spec): _upload_schema(schemas["NewUpload"], spec) for spec in with_input},
        "NewJob": _choice("NewJob", "New", specs, schemas),
        "NewUpload": _choice("NewUpload", "NewUpload", with_input, schemas),
    }


def _choice(model: str, prefix: str, specs: list[TaskSpec], schemas: Schemas) -> dict[str, Any]:
    names = {spec.name: _name(prefix, spec) for spec in specs}
    mapping = {task: REFERENCE + name for task, name in names.items()}
    chosen = choice_of(model, list(names.values()), schemas[model])
    return {**chosen, "discriminator": {"propertyName": "task", "mapping": mapping}}


def _submission_schema(any_job: dict[str, Any], spec: TaskSpec) -> dict[str, Any]:
    params = {"$ref": REFERENCE + _name("Params", spec)}
    properties = {**any_job["properties"], "task": _task_schema(spec), "params": params}
    properties["deadline_s"] = _limit(properties["deadline_s"], spec.deadline_s)
    required = ["task"]
    if spec.input == "required":
        properties["input"] = {"$ref": REFERENCE + "InputReference"}
        required.append("input")
    elif spec.input == "none":
        del properties["input"], properties["file_name"]
    if spec.params.model_json_schema().get("required"):
        required.append("params")
    return _object("New", spec, properties, required)


def _upload_schema(any_upload: dict[str, Any], spec: TaskSpec) -> dict[str, Any]:
    kinds = {
        "anyOf": [{"type": "string", "enum": list(spec.accepts)}, {"type": "null"}],
        "description": any_upload["properties"]["media_type"]["description"],
    }
    properties = {**any_upload["properties"], "task": _task_schema(spec), "media_type": kinds}
    return _object("NewUpload", spec, properties, ["task"])


def _limit(schema: dict[str, Any], maximum: int) -> dict[str, Any]:
    """Return the schema of an integer that may be null, with a maximum."""
    kinds = [{**each, "maximum": maximum} if each["type"] == "integer" else each for each in schema["anyOf"]]
    return {**schema, "anyOf": kinds}


def _object(prefix: str, spec: TaskSpec, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "title": _name(prefix, spec),
        "type": "object",
        "description": spec.description,
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _task_schema(spec: TaskSpec) -> dict[str, Any]:
    return {"type": "string", "const": spec.name}


def _name(prefix: str, spec: TaskSpec) -> str:
    return f"{prefix}_{spec.name.replace('-', '_')}"
