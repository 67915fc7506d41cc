"""Job ids: UUIDv7 (RFC 9562), which sort by time and hold their creation time."""

from __future__ import annotations

import os
import uuid


def new_id(now: float) -> str:
    """Return a new UUIDv7 for `now` (seconds since 1970)."""
    milliseconds = int(now * 1000)
    value = (milliseconds & (1 << 48) - 1) << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def first_id_at(time: float) -> str:
    """Return the text that is below every id created at `time` (seconds since 1970) or later."""
    return str(uuid.UUID(int=max(0, min(int(time * 1000), (1 << 48) - 1)) << 80))


def created_at_of(identifier: str) -> float | None:
    """Return when the id was created, in seconds since 1970; None if it is not a canonical UUIDv7."""
    try:
        parsed = uuid.UUID(identifier)
    except ValueError:
        return None
    if parsed.version != 7 or str(parsed) != identifier:
        return None
    return (parsed.int >> 80) / 1000
