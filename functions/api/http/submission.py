"""The two forms in which a job is submitted: a form with a file, and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import ValidationError
from pydantic_core import from_json
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from api.http.json_body import invalid_body, media_type, parse
from api.schemas import NewJob
from heavylift.errors import InvalidRequest, UnsupportedMedia
from heavylift.service.inputs import MAX_DIRECT_BYTES, Input, OutputOf, Upload, too_large_for_a_request
from heavylift.service.validation import json_pointer

FORM_FIELDS = frozenset({"task", "file", "params", "callback_url"})
FORM_OVERHEAD = 100_000
"""What boundaries and the other fields may add to a file."""

REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["task"],
                "properties": {
                    "task": {"type": "string", "maxLength": 64, "examples": ["pdf-to-images"]},
                    "file": {
                        "type": "string",
                        "format": "binary",
                        "description": f"The input, at most {MAX_DIRECT_BYTES:,} bytes",
                    },
                    "params": {
                        "type": "string",
                        "contentMediaType": "application/json",
                        "examples": ['{"dpi": 150}'],
                    },
                    "callback_url": {
                        "type": "string",
                        "maxLength": 2048,
                        "description": NewJob.model_fields["callback_url"].description,
                    },
                },
                "additionalProperties": False,
            }
        },
        "application/json": {"schema": {"$ref": "#/components/schemas/NewJob"}},
    },
}


@dataclass(frozen=True)
class Submitted:
    """A request's body: what is asked for, and the input that came with it or is named by it."""

    job: NewJob
    input: Input


async def read_submission(request: Request) -> Submitted:
    """InvalidRequest, TooLarge or UnsupportedMedia if the body won't do."""
    body = await request.body()
    if len(body) > MAX_DIRECT_BYTES + FORM_OVERHEAD:
        raise too_large_for_a_request()
    kind = media_type(request)
    if kind == "application/json":
        job = parse(NewJob, body)
        return Submitted(job, _reference(job))
    if kind == "multipart/form-data":
        return await _from_form(request)
    raise UnsupportedMedia("Send multipart/form-data with a file, or application/json.")


SubmittedIs = Annotated[Submitted, Depends(read_submission)]


def _reference(job: NewJob) -> Input:
    if job.input is None:
        return None
    if job.input.upload_id:
        return Upload(job.input.upload_id)
    return OutputOf(job.input.job_id, job.input.output)


async def _from_form(request: Request) -> Submitted:
    try:
        async with request.form(max_files=1, max_fields=8, max_part_size=FORM_OVERHEAD) as form:
            return Submitted(_job_of(form), await _file_of(form))
    except HTTPException as error:  # what Starlette makes of a body that is no form
        raise InvalidRequest.at("", error.detail) from None


def _job_of(form: FormData) -> NewJob:
    unknown = sorted(set(form) - FORM_FIELDS)
    if unknown:
        detail = f"There is no such field; the fields are {', '.join(sorted(FORM_FIELDS))}."
        raise InvalidRequest.at(json_pointer([unknown[0]]), detail)
    fields: dict[str, Any] = {name: form[name] for name in ("task", "callback_url") if name in form}
    fields["params"] = _params_of(form)
    try:
        return NewJob.model_validate(fields)
    except ValidationError as error:
        raise invalid_body(error) from None


async def _file_of(form: FormData) -> Input:
    if "file" not in form:
        return None
    file = form["file"]
    if not isinstance(file, UploadFile):
        raise InvalidRequest.at("/file", "This is a text field; send a file (curl: -F file=@name.pdf).")
    return await file.read()


def _params_of(form: FormData) -> Any:
    given = form.get("params", "{}")
    try:
        if isinstance(given, str):
            return from_json(given, allow_inf_nan=False)
    except ValueError:
        pass
    raise InvalidRequest.at("/params", "The params are not JSON.")
