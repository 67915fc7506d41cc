"""The two forms in which a job is submitted: a form with a file, and JSON."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from api.schemas import NewJob
from heavylift.errors import Fault, InvalidRequest, UnsupportedMedia
from heavylift.inputs import MAX_DIRECT_BYTES, Input, OutputOf, Upload, too_large_for_a_request
from heavylift.submit import Submission

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
                        "contentMediaType": "application/octet-stream",
                        "description": f"The input, at most {MAX_DIRECT_BYTES:,} bytes",
                    },
                    "params": {
                        "type": "string",
                        "contentMediaType": "application/json",
                        "examples": ['{"dpi": 150}'],
                    },
                    "callback_url": {"type": "string", "maxLength": 2048},
                },
                "additionalProperties": False,
            }
        },
        "application/json": {"schema": NewJob.model_json_schema(ref_template="#/components/schemas/{model}")},
    },
}


async def read_submission(request: Request, tenant: str, idempotency_key: str | None) -> Submission:
    """The request's body as a submission; InvalidRequest, TooLarge or UnsupportedMedia."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if len(body) > MAX_DIRECT_BYTES + FORM_OVERHEAD:
        raise too_large_for_a_request(len(body))
    if media_type == "application/json":
        job, given = _from_json(body), None
        if job.input is not None:
            given = _reference(job)
    elif media_type == "multipart/form-data":
        job, given = await _from_form(request)
    else:
        raise UnsupportedMedia("Send multipart/form-data with a file, or application/json.")
    return Submission(
        tenant=tenant,
        task=job.task,
        params=job.params,
        input=given,
        callback_url=job.callback_url,
        idempotency_key=idempotency_key,
    )


def _reference(job: NewJob) -> Input:
    if job.input is None:
        return None
    if job.input.upload_id is not None:
        return Upload(job.input.upload_id)
    return OutputOf(job.input.job_id or "", job.input.output or "")


def _from_json(body: bytes) -> NewJob:
    try:
        return NewJob.model_validate_json(body)
    except ValidationError as error:
        raise _unfitting(error) from None


async def _from_form(request: Request) -> tuple[NewJob, Input]:
    try:
        form = await request.form(max_files=1, max_fields=8, max_part_size=FORM_OVERHEAD)
    except HTTPException as error:  # what Starlette makes of a body that is no form
        raise _fault("", error.detail) from None
    unknown = sorted(set(form) - FORM_FIELDS)
    if unknown:
        raise _fault(
            f"/{unknown[0]}", f"There is no such field; the fields are {', '.join(sorted(FORM_FIELDS))}."
        )
    fields: dict[str, Any] = {name: form[name] for name in ("task", "callback_url") if name in form}
    fields["params"] = _params_of(form)
    try:
        job = NewJob.model_validate(fields)
    except ValidationError as error:
        raise _unfitting(error) from None
    return job, await _file_of(form)


async def _file_of(form: FormData) -> Input:
    if "file" not in form:
        return None
    file = form["file"]
    if not isinstance(file, UploadFile):
        raise _fault("/file", "This is a text field; send a file (curl: -F file=@name.pdf).")
    return await file.read()


def _params_of(form: FormData) -> Any:
    given = form.get("params", "{}")
    try:
        if isinstance(given, str):
            return json.loads(given)
    except ValueError:
        pass
    raise _fault("/params", "The params are not JSON.")


def _unfitting(error: ValidationError) -> InvalidRequest:
    return InvalidRequest(
        "The request does not fit the API's description.",
        [
            Fault(pointer="".join(f"/{step}" for step in each["loc"]), detail=each["msg"])
            for each in error.errors(include_url=False, include_input=False)
        ],
    )


def _fault(pointer: str, detail: str) -> InvalidRequest:
    return InvalidRequest(detail, [Fault(pointer=pointer, detail=detail)])
