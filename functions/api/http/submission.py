"""The body of a submission: a form with a file, or JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import ValidationError
from pydantic_core import from_json
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from api.http.content_encoding import read_body
from api.http.json_body import content_of, invalid_body, media_type_of, parse_json
from api.schemas import NewJob
from heavylift.errors import InvalidRequest, UnsupportedMedia
from heavylift.service.inputs import MAX_DIRECT_BYTES, Input, OutputOf, Upload, request_too_large
from heavylift.service.validation import json_pointer

FORM_FIELDS = frozenset({"task", "file", "params", "callback_url"})
EPILOGUE = 1000
"""How many bytes may follow the closing boundary."""
FORM_OVERHEAD = 100_000
"""How many bytes the boundaries and the other fields of a form may add to its file."""

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
        **content_of(NewJob),
    },
}


@dataclass(frozen=True)
class SubmissionBody:
    """The job that the body describes, and its input: the file in the body, or a reference."""

    job: NewJob
    input: Input


async def read_submission(request: Request) -> SubmissionBody:
    """Return the body of a submission. Raises InvalidRequest, TooLarge or UnsupportedMedia."""
    body = await read_body(request, MAX_DIRECT_BYTES + FORM_OVERHEAD, request_too_large())
    kind = media_type_of(request)
    if kind == "application/json":
        job = parse_json(NewJob, body)
        return SubmissionBody(job, _parse_reference(job))
    if kind == "multipart/form-data":
        return await _read_form(request, body)
    raise UnsupportedMedia("Send multipart/form-data with a file, or application/json.")


SubmissionBodyDep = Annotated[SubmissionBody, Depends(read_submission)]


def _parse_reference(job: NewJob) -> Input:
    if job.input is None:
        return None
    if job.input.upload_id:
        return Upload(job.input.upload_id)
    return OutputOf(job.input.job_id, job.input.output)


async def _read_form(request: Request, body: bytes) -> SubmissionBody:
    _require_whole_form(request, body)
    plain = Request(request.scope, _replay(body))  # the body as it is without its Content-Encoding
    try:
        async with plain.form(max_files=2, max_fields=8, max_part_size=FORM_OVERHEAD) as form:
            return SubmissionBody(await _parse_job(form), await _read_file(form))
    except HTTPException as error:  # Starlette raises it for a malformed form
        raise InvalidRequest.at("", error.detail) from None


def _require_whole_form(request: Request, body: bytes) -> None:
    """Raise InvalidRequest for a form without its closing boundary: the parser would drop its last field."""
    _, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise InvalidRequest.at("", "The Content-Type has no boundary.")
    if b"--" + boundary + b"--" not in body[-len(boundary) - EPILOGUE :]:
        raise InvalidRequest.at("", "The form is cut off: it has no closing boundary. Send it again.")


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _parse_job(form: FormData) -> NewJob:
    unknown = sorted(set(form) - FORM_FIELDS)
    if unknown:
        detail = f"Unknown field. The fields are {', '.join(sorted(FORM_FIELDS))}."
        raise InvalidRequest.at(json_pointer([unknown[0]]), detail)
    fields: dict[str, Any] = {name: form[name] for name in ("task", "callback_url") if name in form}
    fields["params"] = await _parse_params(form)
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


async def _parse_params(form: FormData) -> Any:
    """Return the params. They are a text field, or a part with a file's name, as browsers send a Blob."""
    given = form.get("params", "{}")
    try:
        return from_json(await given.read() if isinstance(given, UploadFile) else given, allow_inf_nan=False)
    except ValueError:
        pass
    raise InvalidRequest.at("/params", "The params are not valid JSON.")
