"""The presigned URLs of an upload's parts, by pages."""

from __future__ import annotations

from collections.abc import Iterable

from api.http import cursor as cursors
from api.schemas.uploads import UploadPartPage, UploadPartView
from heavylift.jobs.object_keys import upload_key
from heavylift.jobs.uploads import PartedUpload
from heavylift.ports.system import System
from heavylift.ports.uploads import UploadedPart

FIRST_PAGE = 100
PART_TTL_S = 3600


def view_parts(
    system: System,
    tenant: str,
    upload_id: str,
    upload: PartedUpload,
    stored: Iterable[UploadedPart],
    first: int,
    limit: int,
) -> UploadPartPage:
    """Return the parts from the number `first` on, with a URL each."""
    now = system.clock.now()
    ends_at = system.objects.signed_until(min(now + PART_TTL_S, upload.ends_at))
    seconds = max(1, int(ends_at - now))
    sizes = {part.number: part.bytes for part in stored}
    after = min(first + limit, upload.count + 1)
    return UploadPartPage(
        items=[
            UploadPartView(
                number=number,
                bytes=upload.size_of(number),
                stored=sizes.get(number) == upload.size_of(number),
                url=system.objects.presign_part(
                    upload_key(tenant, upload_id),
                    upload.store_id,
                    number,
                    size=upload.size_of(number),
                    seconds=seconds,
                ),
            )
            for number in range(first, after)
        ],
        count=upload.count,
        next=cursors.encode([after], _list_name(upload_id)) if after <= upload.count else None,
    )


def parse_position(cursor: str | None, upload_id: str, count: int) -> int:
    """Return the number of a cursor's first part. Raises InvalidRequest if the cursor is not valid."""
    if cursor is None:
        return 1
    [number] = cursors.decode(cursor, _list_name(upload_id), int)
    if not 1 < number <= count:
        raise cursors.unknown_cursor()
    return int(number)


def _list_name(upload_id: str) -> str:
    return f"PARTS#{upload_id}"
