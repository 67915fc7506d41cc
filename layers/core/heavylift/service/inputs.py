"""A submission's input, and the check whether the task accepts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from heavylift.errors import Conflict, Gone, InvalidRequest, NotFound, TooLarge
from heavylift.job_store.input_limits import check_limits
from heavylift.job_store.manifest import find_output
from heavylift.jobs.ids import created_at_of
from heavylift.jobs.object_keys import upload_key
from heavylift.ports.objects import ObjectChanged, StoredObject
from heavylift.ports.system import System
from heavylift.service.references import Want, find_usable_job
from heavylift.service.remote import FromUrl, check_remote
from heavylift.tasks.spec import SNIFF_BYTES, TaskSpec

MAX_DIRECT_BYTES = 4_500_000
"""The largest input in a request: API Gateway and Lambda pass it on as base64."""


@dataclass(frozen=True)
class Upload:
    """An input that the client has uploaded to the object store."""

    upload_id: str


@dataclass(frozen=True)
class OutputOf:
    """An input that is the output of another job of the tenant."""

    job_id: str
    output: str


@dataclass(frozen=True)
class KeptInput:
    """An object that a schedule keeps: each job gets a copy."""

    key: str


Input = bytes | Upload | OutputOf | FromUrl | KeptInput | None


def check_input(system: System, spec: TaskSpec, tenant: str, given: Input) -> dict[str, Any] | Want | None:
    """Return the input for the job's record, `{"key", "bytes", "media_type"}`; None for no input.

    It is a Want if the job that makes it has not ended. The key is empty for bytes from the request, which
    are not stored yet. An upload has an `etag`, too: its form may be used again, and the job reads only what
    was checked here. An input at a url has its `url` alone: a worker fetches it. Raises Refused if the task
    does not accept the input.
    """
    if given is None:
        if spec.input == "required":
            raise InvalidRequest.at(
                "/input", f"The task {spec.name} needs an input: a file, an upload, an output or a url."
            )
        return None
    if spec.input == "none":
        raise InvalidRequest.at("/input", f"The task {spec.name} takes no input.")
    if isinstance(given, FromUrl):
        return check_remote(given, private=system.settings.private_callbacks)
    if isinstance(given, bytes):
        return _check_direct(spec, given)
    if isinstance(given, KeptInput):
        return _check_kept(system, spec, given.key)
    return _check_stored(system, spec, tenant, given)


def _check_stored(
    system: System, spec: TaskSpec, tenant: str, given: Upload | OutputOf
) -> dict[str, Any] | Want:
    stored = _find_stored(system, tenant, given)
    if isinstance(stored, Want):
        return stored
    try:
        head = system.objects.read_beginning(stored.key, SNIFF_BYTES, etag=stored.etag)
    except ObjectChanged:
        raise Conflict("The upload changed while it was checked; submit the job again.") from None
    checked = check_limits(spec, stored.key, stored.bytes, head)
    return checked if stored.etag is None else {**checked, "etag": stored.etag}


def _check_direct(spec: TaskSpec, given: bytes) -> dict[str, Any]:
    if len(given) > MAX_DIRECT_BYTES:
        raise request_too_large()
    return check_limits(spec, "", len(given), given[:SNIFF_BYTES])


def _check_kept(system: System, spec: TaskSpec, key: str) -> dict[str, Any]:
    head = system.objects.read_beginning(key, SNIFF_BYTES)
    kept = system.objects.head(key)
    return check_limits(spec, "", kept.bytes if kept else 0, head)


def request_too_large() -> TooLarge:
    """Return the error for a file that has to be uploaded instead."""
    return TooLarge(
        f"A request takes at most {MAX_DIRECT_BYTES:,} bytes. "
        "Use POST /v1/uploads for a larger file and submit the job with its upload_id."
    )


def _find_stored(system: System, tenant: str, given: Upload | OutputOf) -> StoredObject | Want:
    if isinstance(given, Upload):
        _check_upload_age(system, given.upload_id)
        found = system.objects.head(upload_key(tenant, given.upload_id))
        if found is None:
            raise NotFound(f"There is no upload {given.upload_id}, or its file was not sent.")
        return found
    job = find_usable_job(system, tenant, given.job_id)
    return find_output(system.objects, job, given.output) if job.ended else Want(job, given.output)


def _check_upload_age(system: System, upload_id: str) -> None:
    """Raise Gone for an upload that the bucket might delete before its job ends."""
    created_at = created_at_of(upload_id)
    hours = system.settings.retention_hours
    if created_at is not None and created_at + hours * 3600 < system.clock.now():
        raise Gone(f"The upload {upload_id} was made more than {hours:g} hours ago; send the file again.")
