"""Schemas in the words that generators of clients understand; what they accept stays the same."""

from __future__ import annotations

import json
from typing import Any

NULL = {"type": "null"}
SCHEMA = ("additionalProperties", "contains", "items", "not", "propertyNames")
SCHEMAS = ("allOf", "anyOf", "oneOf", "prefixItems")
SCHEMAS_BY_NAME = ("dependentSchemas", "patternProperties", "properties")
"""The words of JSON Schema that hold one schema, a list of schemas, or schemas by name."""


def without_defaults(schema: Any) -> Any:
    """Return a schema whose properties, at any depth, tell their defaults in words.

    Generators make a property with a `default` one that is always there, so each request would need it.
    """
    if not isinstance(schema, dict):
        return schema
    plain = {key: value for key, value in schema.items() if key != "default"}
    plain |= {key: without_defaults(schema[key]) for key in SCHEMA if key in schema}
    plain |= {key: [without_defaults(each) for each in schema[key]] for key in SCHEMAS if key in schema}
    for key in SCHEMAS_BY_NAME:
        if key in schema:
            plain[key] = {name: without_defaults(each) for name, each in schema[key].items()}
    if schema.get("default") not in (None, "", []):
        said = f"Default: `{json.dumps(schema['default'])}`."
        plain["description"] = " ".join(filter(None, [schema.get("description"), said]))
    return plain


def without_null(parameter: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter of a query or a header, which may be absent but is never null."""
    schema = parameter["schema"]
    if NULL not in schema.get("anyOf", []):
        return parameter
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    kinds = [each for each in schema["anyOf"] if each != NULL]
    if len(kinds) > 1:
        return {**parameter, "schema": {**rest, "anyOf": kinds}}
    # Generators lose what stands beside a reference. The parameter has the description too.
    return {**parameter, "schema": kinds[0] if "$ref" in kinds[0] else {**rest, **kinds[0]}}
