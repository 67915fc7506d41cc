"""The secret params of a job, which are never shown: those that the task's schema marks `writeOnly`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from heavylift.tasks.registry import TASKS
from heavylift.tasks.spec import TaskSpec

Schema = Mapping[str, Any]


def has_secrets(spec: TaskSpec, params: Mapping[str, Any]) -> bool:
    """Return whether a secret param, at any depth, has a value."""
    schema = _schema_of(spec.params)
    return any(each is not None for each in _find_secrets(params, [schema], schema.get("$defs", {})))


def redact_params(task: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the params without secrets. Returns none if the task, and so its schema, no longer exists."""
    spec = TASKS.get(task)
    if spec is None:
        return {}
    schema = _schema_of(spec.params)
    shown: dict[str, Any] = _redact(dict(params), [schema], schema.get("$defs", {}))
    return shown


@cache
def _schema_of(params: type[BaseModel]) -> Schema:
    return params.model_json_schema()


def _redact(value: Any, schemas: list[Schema], defs: Schema) -> Any:
    every = [each for schema in schemas for each in _alternatives(schema, defs)]
    if isinstance(value, dict):
        below = {name: [_below(schema, name) for schema in every] for name in value}
        return {
            name: _redact(each, below[name], defs)
            for name, each in value.items()
            if not any(_is_secret(schema, defs) for schema in below[name])
        }
    if isinstance(value, list):
        items = [schema["items"] for schema in every if isinstance(schema.get("items"), Mapping)]
        return [_redact(each, items, defs) for each in value]
    return value


def _find_secrets(value: Any, schemas: list[Schema], defs: Schema) -> Iterator[Any]:
    every = [each for schema in schemas for each in _alternatives(schema, defs)]
    if isinstance(value, Mapping):
        for name, each in value.items():
            below = [_below(schema, name) for schema in every]
            if any(_is_secret(schema, defs) for schema in below):
                yield each
            else:
                yield from _find_secrets(each, below, defs)
    elif isinstance(value, list):
        items = [schema["items"] for schema in every if isinstance(schema.get("items"), Mapping)]
        for each in value:
            yield from _find_secrets(each, items, defs)


def _is_secret(schema: Schema, defs: Schema) -> bool:
    return any(each.get("writeOnly") for each in _alternatives(schema, defs))


def _below(schema: Schema, name: str) -> Schema:
    found = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
    return found if isinstance(found, Mapping) else {}


def _alternatives(schema: Schema, defs: Schema) -> Iterator[Schema]:
    """Yield the schema and its alternatives. A param is secret if any of them marks it."""
    yield schema
    for keyword in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(keyword, ()):
            yield from _alternatives(each, defs)
    if "$ref" in schema:
        yield from _alternatives(defs[schema["$ref"].rpartition("/")[2]], defs)
