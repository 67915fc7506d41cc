"""Job ids: UUIDv7 (RFC 9562), so that they sort by time and carry their own age."""

from __future__ import annotations

import os
import uuid


def new_id(now: float) -> str:
    """A UUIDv7 for `now` (seconds since 1970)."""
    milliseconds = int(now * 1000)
    value = (milliseconds & (1 << 48) - 1) << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def created_at_of(identifier: str) -> float | None:
    """When the id was made, in seconds since 1970; None if it is not one of ours."""
    try:
        parsed = uuid.UUID(identifier)
    except ValueError:
        return None
    if parsed.version != 7 or str(parsed) != identifier:
        return None
    return (parsed.int >> 80) / 1000
