"""The body of a submission: a form with a file, or JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import ValidationError
from pydantic_core import from_json
from starlette.datastructures import FormData, UploadFile

from api.http.content_encoding import read_body
from api.http.form import OVERHEAD, parse_form
from api.http.json_body import content_of, invalid_body, media_type_of, parse_json, require_utf8
from api.http.json_text import BYTE_ORDER_MARK, charset_of, decode_json
from api.schemas.callback import MAX_URL_CHARS
from api.schemas.jobs import InputReference, NewJob
from api.schemas.start import START_FORM, parse_start_field
from heavylift.errors import InvalidRequest, UnsupportedMedia
from heavylift.jobs.download_names import MAX_NAME_CHARS
from heavylift.ports.lanes import Lane
from heavylift.service.inputs import MAX_DIRECT_BYTES, Input, OutputOf, Upload, request_too_large
from heavylift.service.labels import MAX_TAG_CHARS, MAX_TAGS
from heavylift.service.remote import FromUrl

FORM_SCHEMA: dict[str, Any] = {
    "title": "NewJobForm",
    "description": "A job submitted as a form.",
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
            "maxLength": MAX_URL_CHARS,
            "description": NewJob.model_fields["callback_url"].description,
        },
        "callback": {
            "type": "string",
            "contentMediaType": "application/json",
            "description": NewJob.model_fields["callback"].description,
            "examples": ['{"url": "https://example.org/hooks/heavylift", "on": ["failed"]}'],
        },
        "deliver": {
            "type": "string",
            "contentMediaType": "application/json",
            "description": NewJob.model_fields["deliver"].description,
            "examples": ['{"put_url": "https://example.org/results/{name}"}'],
        },
        "name": {"type": "string", "maxLength": MAX_NAME_CHARS},
        "reference": {
            "type": "string",
            "maxLength": MAX_NAME_CHARS,
            "description": NewJob.model_fields["reference"].description,
        },
        "tags": {
            "type": "array",
            "items": {"type": "string", "maxLength": MAX_TAG_CHARS},
            "maxItems": MAX_TAGS,
            "description": "One field for each tag",
        },
        "lane": {
            "type": "string",
            "enum": list(Lane),
            "default": Lane.STANDARD,
            "description": NewJob.model_fields["lane"].description,
        },
        **START_FORM,
        "deadline_s": {
            "type": "integer",
            "minimum": 1,
            "description": NewJob.model_fields["deadline_s"].description,
        },
        "expire_in": {
            "type": "integer",
            "minimum": 60,
            "description": NewJob.model_fields["expire_in"].description,
        },
    },
    "additionalProperties": False,
}
ONCE = ("task", "callback_url", "name", "reference", "lane", "deadline_s", "expire_in")
"""The fields of the form that are taken as they are."""
REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {"schema": {"$ref": "#/components/schemas/NewJobForm"}},
        **content_of(NewJob),
    },
}


@dataclass(frozen=True)
class SubmissionBody:
    """The job that the body describes, and its input: the file in the body, or a reference."""

    job: NewJob
    input: Input
    file_name: str | None = None


async def read_submission(request: Request) -> SubmissionBody:
    """Return the body of a submission. Raises InvalidRequest, TooLarge or UnsupportedMedia."""
    body = await read_body(request, MAX_DIRECT_BYTES + OVERHEAD, request_too_large())
    kind = media_type_of(request)
    if kind == "application/json":
        require_utf8(request)
        job = parse_json(NewJob, body)
        return SubmissionBody(job, to_input(job.input), job.file_name)
    if kind == "multipart/form-data":
        return await _read_form(request, body)
    raise UnsupportedMedia("Send multipart/form-data with a file, or application/json.")


SubmissionBodyDep = Annotated[SubmissionBody, Depends(read_submission)]


def to_input(reference: InputReference | None) -> Input:
    """Return the input that the reference names."""
    if reference is None:
        return None
    if reference.upload_id:
        return Upload(reference.upload_id)
    if reference.url:
        return FromUrl(reference.url, reference.headers)
    return OutputOf(reference.job_id, reference.output)


async def _read_form(request: Request, body: bytes) -> SubmissionBody:
    form = await parse_form(request, body)
    try:
        return SubmissionBody(await _parse_job(form), await _read_file(form), _name_file(form))
    finally:
        await form.close()


async def _parse_job(form: FormData) -> NewJob:
    fields: dict[str, Any] = {name: form[name] for name in ONCE if name in form}
    fields |= {name: parse_start_field(name, form[name]) for name in START_FORM if name in form}
    fields["params"] = await _parse_field(form, "params")
    for name in ("callback", "deliver"):
        if name in form:
            fields[name] = await _parse_field(form, name)
    fields["tags"] = form.getlist("tags")
    fields["after"] = form.getlist("after")
    try:
        return NewJob.model_validate(fields)
    except ValidationError as error:
        raise invalid_body(error) from None


async def _read_file(form: FormData) -> Input:
    if "file" not in form:
        return None
    file = form["file"]
    if not isinstance(file, UploadFile):
        raise InvalidRequest.at("/file", "The field holds text. Send a file (curl: -F file=@name.pdf).")
    return await file.read()


def _name_file(form: FormData) -> str | None:
    file = form.get("file")
    return file.filename if isinstance(file, UploadFile) else None


async def _parse_field(form: FormData, name: str) -> Any:
    """Return a field that is JSON: a text field, or a part with a file's name, as browsers send a Blob."""
    given = form.get(name, "{}")
    try:
        if isinstance(given, UploadFile):
            given = decode_json(await given.read(), charset_of(given.content_type))
        return from_json(given.removeprefix(BYTE_ORDER_MARK), allow_inf_nan=False)
    except ValueError:
        pass
    raise InvalidRequest.at(f"/{name}", f"The {name} field is not valid JSON. Send it as UTF-8.")
