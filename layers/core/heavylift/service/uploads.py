"""Uploads in parts, and the removal of uploads.

The store knows which parts have arrived, and the record says which there have to be. So a client that was cut
off asks for what is missing, and nobody keeps count.
"""

from __future__ import annotations

from heavylift.errors import Conflict, Gone, NotFound
from heavylift.jobs.ids import created_at_of
from heavylift.jobs.object_keys import upload_key
from heavylift.jobs.uploads import (
    OPEN_S,
    PartedUpload,
    choose_part_bytes,
    mark_deleted,
    to_item,
    upload_item_key,
)
from heavylift.ports.objects import StoredObject
from heavylift.ports.system import System
from heavylift.ports.uploads import UploadedPart

MAX_LISTED = 10
"""How many missing parts an error names."""


def begin_upload(system: System, tenant: str, upload_id: str, size: int, media_type: str) -> PartedUpload:
    """Begin an upload in parts of a file of `size` bytes."""
    now = system.clock.now()
    upload = PartedUpload(
        **upload_item_key(tenant, upload_id)._asdict(),
        store_id=system.objects.begin_upload(upload_key(tenant, upload_id), media_type),
        bytes=size,
        part_bytes=choose_part_bytes(size),
        media_type=media_type,
        ends_at=int(now + OPEN_S),
        expires_at=int(now + OPEN_S + system.settings.retention_hours * 3600),
    )
    system.table.create(to_item(upload))
    return upload


def find_upload(system: System, tenant: str, upload_id: str) -> PartedUpload:
    """Return an upload in parts that is open. Raises NotFound, and Gone if it was deleted or is too old."""
    upload = _load_upload(system, tenant, upload_id)
    if upload is None:
        raise NotFound(f"There is no upload {upload_id} in parts.")
    if upload.deleted_at is not None:
        raise Gone(f"The upload {upload_id} was deleted.")
    if upload.ends_at <= system.clock.now():
        raise Gone(
            f"The upload {upload_id} was not completed in {OPEN_S // 3600} hours; send the file again."
        )
    return upload


def list_stored(system: System, tenant: str, upload_id: str, upload: PartedUpload) -> list[UploadedPart]:
    """Return the parts that have arrived. Raises Conflict if the upload was completed."""
    try:
        return system.objects.list_parts(upload_key(tenant, upload_id), upload.store_id)
    except NotFound:
        raise Conflict(f"The upload {upload_id} is complete: it takes no more parts.") from None


def complete_upload(system: System, tenant: str, upload_id: str) -> StoredObject:
    """Make the file of its parts, and return it. An upload that is complete is left as it is.

    Raises NotFound, Gone, and Conflict if a part is missing or has another size than it must have.
    """
    upload, key = find_upload(system, tenant, upload_id), upload_key(tenant, upload_id)
    try:
        stored = system.objects.list_parts(key, upload.store_id)
        _require_all(upload, stored)
        system.objects.complete_upload(key, upload.store_id, stored[: upload.count])
    except NotFound:
        pass  # it is not open: another request has completed it
    found = system.objects.head(key)
    if found is None or found.bytes != upload.bytes:
        raise Conflict(f"The upload {upload_id} is not complete; send the file again.")
    return found


def _require_all(upload: PartedUpload, stored: list[UploadedPart]) -> None:
    missing = upload.find_missing(stored)
    if missing:
        more = f" and {len(missing) - MAX_LISTED} more" if len(missing) > MAX_LISTED else ""
        listed = ", ".join(str(number) for number in missing[:MAX_LISTED])
        raise Conflict(f"These parts are missing, or have a wrong size: {listed}{more}.")
    if len(stored) > upload.count:
        raise Conflict(f"The upload has {upload.count} parts, and {len(stored)} were sent.")


def delete_upload(system: System, tenant: str, upload_id: str) -> None:
    """Delete an upload: its file, or the parts of it that have arrived.

    Raises NotFound if there is none. A job that has not yet read the file fails with InputMissing.
    """
    key, upload = upload_key(tenant, upload_id), _load_upload(system, tenant, upload_id)
    if upload is None and system.objects.head(key) is None:
        raise NotFound(f"There is no upload {upload_id}.")
    if upload is not None:
        system.table.update(mark_deleted(upload, now=system.clock.now()))
        system.objects.abort_upload(key, upload.store_id)  # first: then nobody can complete it
    system.objects.delete(key)


def _load_upload(system: System, tenant: str, upload_id: str) -> PartedUpload | None:
    if created_at_of(upload_id) is None:
        raise NotFound(f"{upload_id!r} is not an upload's id.")
    item = system.table.get(upload_item_key(tenant, upload_id))
    return PartedUpload.of(item) if item else None
