"""The page's types of the API's answers are those of the OpenAPI document."""

from __future__ import annotations

import re
from typing import Any

import pytest

from api.web.bundle import FOLDER
from tests.support.in_process_api import ApiWorld

SOURCE = "".join(path.read_text() for path in sorted(FOLDER.glob("*.d.ts")))
INTERFACE = re.compile(r"^export interface (\w+)(?: extends \w+)? \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^  (\w+): (.+);$", re.MULTILINE)
ALIAS = re.compile(r"^export type (\w+) =([^;]+);$", re.MULTILINE)

NOT_AN_ANSWER = {"JsonSchema"}
KINDS = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}

INTERFACES = {name: dict(FIELD.findall(body)) for name, body in INTERFACE.findall(SOURCE)}
ALIASES = dict(ALIAS.findall(SOURCE))


@pytest.fixture(name="schemas", scope="module")
def of_the_document() -> dict[str, Any]:
    document: dict[str, Any] = ApiWorld().api.app.openapi()["components"]["schemas"]
    return document


def find_schema(schemas: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the schema of an interface: Job is JobView in the API's code."""
    found: dict[str, Any] = schemas[name if name in schemas else f"{name}View"]
    return found


def list_types(schema: dict[str, Any], schemas: dict[str, Any]) -> set[str]:
    """Return the types that TypeScript has for a schema, as far as they are simple; `null` among them."""
    choices = [
        schemas[each["$ref"].rsplit("/", 1)[1]] if "$ref" in each else each
        for each in schema.get("anyOf", [schema])
    ]
    types: set[str] = set()
    for choice in choices:
        if "enum" in choice:
            types |= {f'"{value}"' for value in choice["enum"]}
        else:
            types.add(KINDS.get(choice["type"], choice["type"]))
    return types


def split_union(kind: str) -> set[str]:
    """Return the members of a union, an alias taken for what it stands for."""
    members = (ALIASES.get(each.strip(), each) for each in kind.split("|"))
    return {member.strip() for each in members for member in each.split("|") if member.strip()}


@pytest.mark.parametrize("name", sorted(set(INTERFACES) - NOT_AN_ANSWER))
def test_a_type_of_the_page_names_fields_that_the_api_has(name: str, schemas: dict[str, Any]) -> None:
    properties = find_schema(schemas, name)["properties"]
    for field, kind in INTERFACES[name].items():
        assert field in properties, field
        wanted, written = list_types(properties[field], schemas), split_union(kind)
        assert ("null" in wanted) == ("null" in written), field
        if "string" in wanted:  # the page may know more: which strings there are
            written = {"string" if each.startswith('"') else each for each in written}
        if all(each in KINDS.values() or each.startswith('"') for each in wanted - {"null"}):
            assert written == wanted, field


def test_the_types_were_found() -> None:
    assert {"Job", "Task", "Output", "Queue", "Problem", "Upload"} <= set(INTERFACES)
    assert set(ALIASES) == {"Status", "Phase", "EventKind"}
    assert INTERFACES["Job"]["status"] == "Status"
