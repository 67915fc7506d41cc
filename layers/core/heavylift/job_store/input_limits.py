"""What a task accepts as its input: its size, and what its first bytes say that it is."""

from __future__ import annotations

from typing import Any

from heavylift.errors import TooLarge, UnsupportedMedia
from heavylift.tasks.spec import TaskSpec


def check_limits(spec: TaskSpec, key: str, size: int, head: bytes) -> dict[str, Any]:
    """Return the input for the job's record. `head`: its first `SNIFF_BYTES`.

    Raises TooLarge, and UnsupportedMedia if the task takes no such file.
    """
    limit = spec.limits.get("max_bytes")
    if limit is not None and size > limit:
        raise TooLarge(f"The input has {size:,} bytes; {spec.name} takes at most {limit:,}.")
    media_type = spec.sniff(head)
    if media_type is None:
        what = "has an unknown format" if size else "is empty"
        raise UnsupportedMedia(f"The input {what}; {spec.name} takes {', '.join(spec.accepts)}.")
    return {"key": key, "bytes": size, "media_type": media_type}
