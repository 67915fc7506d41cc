"""Bodies that have several forms: each form as an object schema of its own.

A model of `schemas` has the fields of all its forms, and checks which ones stand together. A JSON Schema
could say that with `false` for the others, but generators of clients take no boolean schemas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

REFERENCE = "#/components/schemas/"
Schemas = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """One form of a body: the fields that it must have, and those that it may have."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


OF_ANY_BATCH = (
    *("params", "lane", "on_failure", "on_invalid"),
    *("callback_url", "name", "reference", "tags"),
)
FORMS: dict[str, tuple[Form, ...]] = {
    "BatchRequest": (
        Form("BatchOfItems", ("task", "items"), OF_ANY_BATCH),
        Form("BatchOfManifest", ("task", "manifest"), OF_ANY_BATCH),
    ),
    "ItemInput": (
        Form("ItemUpload", ("upload_id",)),
        Form("ItemOutput", ("job_id", "output")),
        Form("ItemUrl", ("url",), ("headers",)),
    ),
    "InputReference": (
        Form("UploadReference", ("upload_id",)),
        Form("OutputReference", ("job_id", "output")),
        Form("UrlReference", ("url",), ("headers",)),
    ),
    "Deliver": (
        Form("DeliverByPut", ("put_url",), ("headers",)),
        Form("DeliverByPost", ("post",)),
    ),
    "ManyJobs": (
        Form("NamedJobs", ("job_ids",), ("limit", "cursor")),
        Form("FoundJobs", ("filter",), ("limit", "cursor")),
    ),
    "Redrive": (
        Form("RedriveJobs", ("job_ids",), ("limit",)),
        Form("RedriveQueue", ("queue",), ("task", "limit", "cursor")),
        Form("RedriveTask", ("task",), ("limit", "cursor")),
    ),
}
"""The forms of each model that has several. No body is of two forms."""


def split_forms(schemas: Schemas) -> Schemas:
    """Return the schemas of `FORMS`: each form, and each model as a choice of its forms."""
    found: Schemas = {}
    for model, forms in FORMS.items():
        found |= {form.name: _form_schema(schemas[model], form) for form in forms}
        found[model] = choice_of(model, [form.name for form in forms], schemas[model])
    return found


def choice_of(title: str, names: list[str], model: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that is exactly one of the named schemas, described as `model` is."""
    kept: dict[str, Any] = {key: model[key] for key in ("description", "examples") if key in model}
    return {"title": title, **kept, "oneOf": [{"$ref": REFERENCE + name} for name in names]}


def _form_schema(model: dict[str, Any], form: Form) -> dict[str, Any]:
    fields = (*form.required, *form.optional)
    return {
        "title": form.name,
        "type": "object",
        "properties": {name: model["properties"][name] for name in fields},
        "required": list(form.required),
        "additionalProperties": False,
    }
