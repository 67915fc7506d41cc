"""A submission's input: what it may be, and whether the task takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from heavylift.errors import Gone, InvalidRequest, NotFound, TooLarge, UnsupportedMedia
from heavylift.jobs.ids import created_at_of
from heavylift.jobs.object_keys import upload_key
from heavylift.ports.objects import Stored
from heavylift.ports.system import System
from heavylift.service.references import done_job, output_of
from heavylift.tasks.spec import SNIFF_BYTES, TaskSpec

MAX_DIRECT_BYTES = 4_500_000
"""What fits through API Gateway and Lambda in one request, once it is base64."""


@dataclass(frozen=True)
class Upload:
    """An input that the client has put into the store beforehand."""

    upload_id: str


@dataclass(frozen=True)
class OutputOf:
    """An input that is an output of another job of the same tenant."""

    job_id: str
    output: str


Input = bytes | Upload | OutputOf | None


def check_input(system: System, spec: TaskSpec, tenant: str, given: Input) -> dict[str, Any] | None:
    """The input as the job record has it, `{"key", "bytes", "media_type"}`; Refused if it won't do.

    The key is empty for bytes that came with the request: they are not stored yet.
    """
    if given is None:
        if spec.input == "required":
            raise InvalidRequest.at(
                "/input", f"The task {spec.name} needs an input: a file, an upload or an output."
            )
        return None
    if spec.input == "none":
        raise InvalidRequest.at("/input", f"The task {spec.name} takes no input.")
    if isinstance(given, bytes):
        if len(given) > MAX_DIRECT_BYTES:
            raise too_large_for_a_request()
        return _accepted(spec, "", len(given), given[:SNIFF_BYTES])
    stored = _stored(system, tenant, given)
    return _accepted(spec, stored.key, stored.bytes, system.objects.beginning(stored.key, SNIFF_BYTES))


def too_large_for_a_request() -> TooLarge:
    return TooLarge(
        f"{MAX_DIRECT_BYTES:,} bytes at most fit into a request. "
        "POST /v1/uploads gives an address for larger files; submit the job with its upload_id."
    )


def _accepted(spec: TaskSpec, key: str, size: int, head: bytes) -> dict[str, Any]:
    most = spec.limits.get("max_bytes")
    if most is not None and size > most:
        raise TooLarge(f"{size:,} bytes are more than the {most:,} that {spec.name} takes.")
    media_type = spec.sniff(head)
    if media_type is None:
        what = "does not begin like anything" if size else "is empty, which is nothing"
        raise UnsupportedMedia(f"The input {what} {spec.name} takes ({', '.join(spec.accepts)}).")
    return {"key": key, "bytes": size, "media_type": media_type}


def _stored(system: System, tenant: str, given: Upload | OutputOf) -> Stored:
    if isinstance(given, Upload):
        _require_young(system, given.upload_id)
        found = system.objects.head(upload_key(tenant, given.upload_id))
        if found is None:
            raise NotFound(f"There is no upload {given.upload_id}: was the file sent to the address it gave?")
        return found
    return output_of(system, done_job(system, tenant, given.job_id), given.output)


def _require_young(system: System, upload_id: str) -> None:
    """The store keeps an upload for some days only, and a job needs its input until it ends."""
    born = created_at_of(upload_id)
    hours = system.settings.retention_hours
    if born is not None and born + hours * 3600 < system.clock.now():
        raise Gone(f"The upload {upload_id} was made more than {hours:g} hours ago; send the file again.")
