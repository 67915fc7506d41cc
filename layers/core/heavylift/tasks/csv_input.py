"""CSV input of several tasks: how it is recognised, and its limits."""

from __future__ import annotations

from types import MappingProxyType

from heavylift.tasks.spec import SNIFF_BYTES

CSV = "text/csv"
OTHER_FORMATS = (b"%PDF", b"{", b"[", b"<")
"""First bytes of other text formats: PDF, JSON, XML and HTML."""
MAX_CHARACTER_BYTES = 4

LIMITS = MappingProxyType(
    {
        "max_bytes": 100 * 1024 * 1024,
        "max_rows": 1_000_000,
        "max_columns": 500,
        "max_cell_characters": 10_000,
    }
)


def sniff(head: bytes) -> str | None:
    """Return `text/csv` for UTF-8 text without control characters that is no other format; else None."""
    if not head.strip() or head.lstrip().startswith(OTHER_FORMATS):
        return None
    if any(byte < 0x20 and byte not in b"\t\n\r\f" for byte in head):
        return None
    # The head may end in the middle of a character.
    whole = head if len(head) < SNIFF_BYTES else head[: -MAX_CHARACTER_BYTES + 1]
    try:
        whole.decode("utf-8-sig", errors="strict")
    except UnicodeDecodeError as error:
        if error.start < len(whole) - MAX_CHARACTER_BYTES:
            return None
    return CSV
