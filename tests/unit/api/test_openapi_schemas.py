"""The schemas of the OpenAPI document are in words that generators of clients understand, and true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError

from api.openapi.plain_schemas import SCHEMA, SCHEMAS, SCHEMAS_BY_NAME, without_defaults, without_null
from api.schemas.bulk import ManyJobs
from api.schemas.jobs import InputReference, NewJob
from api.schemas.redrive import Redrive
from api.schemas.uploads import NewUpload
from heavylift.service.job_view import EXAMPLE_ID
from heavylift.tasks.define import task
from heavylift.tasks.registry import TASKS
from heavylift.tasks.spec import Params
from tests.support.in_process_api import ApiWorld

Found = tuple[str, Any]


class Problem(BaseModel):
    """Named as a model of the API."""

    deep: int = 3


class Odd(Params):
    """A task's params may have any name, and any field."""

    default: Literal["a", "b"] = "a"
    within: Problem = Problem()
    many: list[Problem] = Field([Problem()])
    pair: tuple[int, str] | None = None


@pytest.fixture(name="document", scope="module")
def describe() -> dict[str, Any]:
    known = dict(TASKS)
    for name in ("problem", "job-list"):
        TASKS[name] = task(name, params=Odd)(lambda _job: {}).spec
    try:
        document: dict[str, Any] = ApiWorld().api.app.openapi()
    finally:
        TASKS.clear()
        TASKS.update(known)
    return document


def schemas_in(value: Any, path: str = "") -> Iterator[Found]:
    """Yield each schema of a document with its path: what the word `schema` holds, and what is within."""
    if isinstance(value, dict):
        for key, each in value.items():
            here = f"{path}/{key}"
            if key == "schema" or path == "/components/schemas":
                yield from schemas_within(each, here)
            elif key not in ("example", "examples"):
                yield from schemas_in(each, here)
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from schemas_in(each, f"{path}/{at}")


def schemas_within(schema: Any, path: str) -> Iterator[Found]:
    yield path, schema
    if not isinstance(schema, dict):
        return
    for key in SCHEMA:
        if key in schema and not (key == "additionalProperties" and isinstance(schema[key], bool)):
            yield from schemas_within(schema[key], f"{path}/{key}")
    for key in SCHEMAS:
        for at, each in enumerate(schema.get(key, [])):
            yield from schemas_within(each, f"{path}/{key}/{at}")
    for key in SCHEMAS_BY_NAME:
        for name, each in schema.get(key, {}).items():
            yield from schemas_within(each, f"{path}/{key}/{name}")


def test_no_schema_is_a_boolean_or_null_alone(document: dict[str, Any]) -> None:
    found = dict(schemas_in(document))
    assert len(found) > 300
    assert [path for path, schema in found.items() if not isinstance(schema, dict)] == []
    nulls = [path for path, schema in found.items() if schema.get("type") == "null"]
    assert nulls
    assert [path for path in nulls if path.split("/")[-2] != "anyOf"] == []
    assert [path for path, schema in found.items() if "const" in schema and "type" not in schema] == []


def test_no_field_of_a_body_has_a_default_but_in_words(document: dict[str, Any]) -> None:
    """openapi-typescript makes a property with a default one that each request needs."""
    bodies = [each for each in schemas_in(document) if each[0].startswith("/components/schemas")]
    assert [path for path, schema in bodies if "default" in schema] == []
    schemas = document["components"]["schemas"]
    dpi = schemas["Params_pdf_to_images"]["properties"]["dpi"]
    assert dpi["description"].endswith("Default: `200`.")
    assert "required" not in schemas["Params_pdf_to_images"]
    assert schemas["New_message"]["required"] == ["task"]


def test_no_parameter_is_null(document: dict[str, Any]) -> None:
    parameters = [
        each
        for path in document["paths"].values()
        for operation in path.values()
        for each in operation.get("parameters", [])
    ]
    assert {each["name"] for each in parameters} >= {"cursor", "status", "idempotency-key", "Prefer"}
    assert [each["name"] for each in parameters if "null" in str(each["schema"])] == []


def test_every_name_and_title_is_there_once(document: dict[str, Any]) -> None:
    """Generators name the type of a schema by its title, else by its name, and lose the second of a name."""
    schemas = document["components"]["schemas"]
    names = [schema.get("title", name).replace("_", "").lower() for name, schema in schemas.items()]
    assert sorted(names) == sorted(set(names))


def test_a_model_of_a_task_does_not_take_the_place_of_another(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert "retryable" not in schemas["Problem"]["properties"]
    assert set(schemas["Problem"]["properties"]) == {"type", "title", "status", "detail", "errors"}
    for name in ("Params_problem", "Params_job_list"):
        assert set(schemas[name]["properties"]) == {"default", "within", "many", "pair"}
        assert set(schemas[f"{name}_Problem"]["properties"]) == {"deep"}
        assert schemas[name]["properties"]["many"]["items"] == {
            "$ref": f"#/components/schemas/{name}_Problem"
        }


BODIES: dict[str, type[BaseModel]] = {
    "InputReference": InputReference,
    "ManyJobs": ManyJobs,
    "Redrive": Redrive,
}
VALUES: dict[str, Any] = {
    "upload_id": EXAMPLE_ID,
    "job_id": EXAMPLE_ID,
    "output": "a.png",
    "job_ids": [EXAMPLE_ID],
    "filter": {"tag": "invoices"},
    "queue": "pages",
    "task": "ocr",
    "limit": 1,
    "cursor": "x",
    "other": 1,
}


@given(st.sampled_from(sorted(BODIES)), st.sets(st.sampled_from(sorted(VALUES))))
def test_a_body_of_several_forms_is_taken_if_its_schema_takes_it(name: str, fields: set[str]) -> None:
    body = {field: VALUES[field] for field in fields}
    try:
        BODIES[name].model_validate(body)
        taken = True
    except ValidationError:
        taken = False
    assert validator(name).is_valid(body) == taken


def validator(name: str) -> jsonschema_rs.Validator:
    if name not in VALIDATORS:
        components = ApiWorld().api.app.openapi()["components"]
        schema = {"$ref": f"#/components/schemas/{name}", "components": components}
        VALIDATORS[name] = jsonschema_rs.validator_for(schema)
    return VALIDATORS[name]


VALIDATORS: dict[str, jsonschema_rs.Validator] = {}


@pytest.mark.parametrize(
    ("name", "body", "valid"),
    [
        ("NewJob", {"task": "message"}, True),
        ("NewJob", {"task": "message", "params": {"seconds": 1}}, True),
        ("NewJob", {"task": "message", "input": {"upload_id": EXAMPLE_ID}}, False),
        ("NewJob", {"task": "ocr", "input": {"upload_id": EXAMPLE_ID}}, True),
        ("NewJob", {"task": "ocr", "input": {"upload_id": EXAMPLE_ID, "output": "a.png"}}, False),
        ("NewJob", {"task": "ocr"}, False),
        ("NewJob", {"task": "train-model", "input": {"upload_id": EXAMPLE_ID}}, False),
        ("NewJob", {"task": "predict", "params": {"model_job": EXAMPLE_ID}, "input": None}, True),
        ("NewUpload", {"task": "ocr", "media_type": "image/png"}, True),
        ("NewUpload", {"task": "ocr", "media_type": None}, True),
        ("NewUpload", {"task": "ocr", "media_type": "text/csv"}, False),
        ("NewUpload", {"task": "message"}, False),
    ],
)
def test_the_bodies_of_each_task_are_described(name: str, body: Any, valid: bool) -> None:
    assert validator(name).is_valid(body) is valid
    if valid:
        (NewJob if name == "NewJob" else NewUpload).model_validate(body)


def test_a_field_named_default_and_examples_are_kept() -> None:
    schema = {
        "properties": {"default": {"type": "integer", "default": 2}},
        "examples": [{"default": 1}],
        "required": ["default"],
    }
    assert without_defaults(schema) == {
        "properties": {"default": {"type": "integer", "description": "Default: `2`."}},
        "examples": [{"default": 1}],
        "required": ["default"],
    }


def test_a_parameter_of_two_kinds_keeps_both() -> None:
    parameter = {"schema": {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}}
    assert without_null(parameter) == {"schema": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}
